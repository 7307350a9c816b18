import Foundation
import LembraData
import LembraLayers
import LembraModels
import LembraTensor
import LembraTestSupport
import LembraTraining
import Testing

/// A text in which every letter follows from the one before it.
private let rhyme = String(repeating: "the cat sat on the mat. ", count: 60)

private func text(_ content: String = rhyme) throws -> TextFile { try TextFile(content) }

private func tokenizer(_ content: String = rhyme) throws -> Tokenizer {
  try .characters(of: [content])
}

private func small(_ change: (inout LanguageArchitecture) -> Void = { _ in })
  -> LanguageArchitecture
{
  var architecture = LanguageArchitecture(embeddingSize: 6, hiddenSize: 16, dropout: 0)
  change(&architecture)
  return architecture
}

private func options(epochs: Int = 2, minutes: Double? = nil) -> TextTrainingOptions {
  TextTrainingOptions(learningRate: 0.02, epochs: epochs, minutes: minutes, batchSize: 3, seed: 1)
}

extension LanguageModel {
  fileprivate var bits: [[UInt32]] { network.parameters.map { $0.value.array.map(\.bitPattern) } }
}

@Suite("Language models")
struct LanguageModelTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func trained(
    _ architecture: LanguageArchitecture = small(), epochs: Int = 2,
    supervision: TrainingSupervision = TrainingSupervision()
  ) throws -> TextTrainingResult<LanguageModel> {
    let (learnt, held) = try text().split(validation: .percent(20))
    return try LanguageModel.train(
      on: learnt, validation: held, tokenizer: tokenizer(), architecture: architecture,
      options: options(epochs: epochs), steps: 10, supervision: supervision)
  }

  @Test("learn a rhyme by heart and go on from it", arguments: RecurrentEncoder.Cell.allCases)
  func learns(cell: RecurrentEncoder.Cell) throws {
    let result = try trained(small { $0.cell = cell }, epochs: 12)
    let last = try #require(result.history.last?.validationScore)
    #expect(last < 0.35, "\(cell)")
    let next = try result.model.generate(
      "the cat sat on ", count: 7, options: SamplingOptions(temperature: 0))
    #expect(next == "the mat")
  }

  @Test(
    "every kind of layers trains, and saves and loads to the bit",
    arguments: [
      small(), small { $0.tiesEmbeddings = true },
      small {
        $0.tiesEmbeddings = true
        $0.embeddingSize = 16
        $0.embeddingDropout = 0.2
      },
      small {
        $0.layerCount = 2
        $0.dropout = 0.3
        $0.isVariational = true
        $0.weightDrop = 0.4
        $0.cell = .gru
      },
      small {
        $0.variant = .init(
          hasPeepholes: true, couplesGates: true, projectionSize: 5, isNormalized: true,
          recurrentDropout: 0.1, zoneout: Zoneout(hidden: 0.1, cell: 0.1))
      },
      small {
        $0.cell = .slstm
        $0.variant = .init(heads: 4)
      },
      small { $0.cell = .indrnn },
      small {
        $0.cell = .mgu
        $0.variant = .init(isNormalized: true, recurrentDropout: 0.1, heads: 2)
      },
      small {
        $0.cell = .gru
        $0.layerCount = 2
        $0.tiesEmbeddings = true
        $0.variant = .init(isNormalized: true, zoneout: Zoneout(hidden: 0.1))
      },
    ])
  func roundTrip(architecture: LanguageArchitecture) throws {
    let result = try trained(architecture)
    let model = result.model
    #expect(result.outcome == .finished && result.history.count == 2)
    try model.save(to: folder("model"))
    let loaded = try LanguageModel(readingFrom: folder("model"))
    #expect(loaded.bits == model.bits)
    #expect(loaded.architecture == architecture && loaded.tokenizer == model.tokenizer)
    #expect(loaded.record == model.record && loaded.record != nil)
    let drawn = SamplingOptions(seed: 3)
    #expect(
      try loaded.generate("the ", count: 30, options: drawn)
        == model.generate("the ", count: 30, options: drawn))
    let corpus = try model.corpus(of: text("a cat on a mat"))
    #expect(try loaded.scores(of: corpus) == model.scores(of: corpus))
  }

  @Test("the same seed gives the same bits, on one thread and on two")
  func repeats() throws {
    let one = try withThreadLimit(1) { try trained().model.bits }
    let two = try withThreadLimit(2) { try trained().model.bits }
    #expect(one == two)
  }

  @Test("a training that is interrupted within an epoch goes on to the same bits")
  func resumes() throws {
    let whole = try trained(epochs: 3).model.bits
    let path = folder("run.checkpoint")
    var steps = 0
    let first = try trained(
      epochs: 3,
      supervision: TrainingSupervision(
        checkpoint: Checkpointing(path: path),
        shouldStop: {
          steps += 1
          return steps == 45
        }))
    #expect(first.outcome == .interrupted)
    let rest = try trained(
      epochs: 3,
      supervision: TrainingSupervision(checkpoint: Checkpointing(path: path), resumes: true))
    #expect(rest.model.bits == whole)
  }

  @Test("a time limit ends training within an epoch, which is judged all the same")
  func timeLimit() throws {
    let (learnt, held) = try text().split(validation: .percent(20))
    let result = try LanguageModel.train(
      on: learnt, validation: held, tokenizer: tokenizer(), architecture: small(),
      options: options(epochs: 100_000, minutes: 0.01), steps: 10)
    #expect(result.outcome == .outOfTime)
    #expect(result.seconds >= 0.6 && result.seconds < 30)
    #expect(result.history.last?.validationScore != nil)
    #expect(result.model.record?.outcome == .outOfTime)
  }

  @Test("what a decoder holds back of the prompt is not said again")
  func heldBack() throws {
    let document = """
      {"version": "1.0", "added_tokens": [], "normalizer": null, "post_processor": null,
       "pre_tokenizer": {"type": "Whitespace"},
       "decoder": {"type": "BPEDecoder", "suffix": "</w>"},
       "model": {"type": "BPE", "unk_token": null, "end_of_word_suffix": "</w>",
        "continuing_subword_prefix": "", "fuse_unk": false, "dropout": null,
        "vocab": {"a</w>": 0, "b</w>": 1, "c</w>": 2}, "merges": []}}
      """
    let tokenizer = try Tokenizer(huggingFace: Array(document.utf8))
    let (learnt, held) = try text(String(repeating: "a b c ", count: 80))
      .split(validation: .percent(20))
    let model = try LanguageModel.train(
      on: learnt, validation: held, tokenizer: tokenizer, architecture: small(),
      options: options(epochs: 20), steps: 10
    ).model
    let next = try model.generate("a b", count: 2, options: SamplingOptions(temperature: 0))
    #expect("a b" + next == "a b c a")
  }

  // MARK: - Scores

  @Test("a score is the mean over all tokens but the first, each from all before it")
  func exactScores() throws {
    let model = try trained().model
    let tokens = model.tokenizer.encode("the mat sat")
    let corpus = try model.corpus(of: text("the mat sat"))
    var sum = 0.0
    for length in 1..<tokens.count {
      // The scores after a prefix, from the public way to draw the most probable token.
      sum += try model.negativeLogLikelihood(of: tokens[length], after: Array(tokens[..<length]))
    }
    let scores = try model.scores(of: corpus)
    #expect(scores.tokens == tokens.count - 1 && scores.characters == 11)
    #expect(abs(scores.nats - sum / Double(tokens.count - 1)) < 1e-5)
    #expect(abs(scores.perplexity - exp(scores.nats)) < 1e-9)
    #expect(abs(scores.bits - scores.nats / log(2)) < 1e-9)
  }

  @Test("streams side by side give nearly the same scores")
  func streams() throws {
    let model = try trained().model
    let corpus = try model.corpus(of: text())
    let (one, four) = (
      try model.scores(of: corpus), try model.scores(of: corpus, streams: 4)
    )
    #expect(one.tokens == four.tokens)
    #expect(abs(one.nats - four.nats) < 0.01)
  }

  @Test("dynamic evaluation learns from what it has judged, and leaves the model alone")
  func dynamic() throws {
    let model = try trained().model
    let before = model.bits
    let corpus = try model.corpus(of: text(String(repeating: "tam eht no tas ", count: 60)))
    let still = try model.scores(of: corpus)
    let moving = try model.scores(
      of: corpus, adapting: .init(learningRate: 0.005, decay: 0, steps: 10))
    #expect(moving.nats < 0.8 * still.nats)
    #expect(moving.tokens == still.tokens)
    #expect(model.bits == before)
  }

  @Test("a text of one character cannot be judged, and says so")
  func tooShort() throws {
    let model = try trained().model
    let error = try #require(throws: LembraError.self) {
      _ = try model.scores(of: model.corpus(of: text("t")))
    }
    #expect(error.code == .invalidData)
  }

  @Test("options that cannot be used are refused by name")
  func refusals() throws {
    for (name, change) in [
      ("hidden", { $0.hiddenSize = 0 }), ("layers", { $0.layerCount = 65 }),
      ("dropout", { $0.dropout = 1 }), ("weight drop", { $0.weightDrop = -0.1 }),
      ("zoneout", { $0.variant = .init(zoneout: Zoneout(hidden: 1)) }),
      ("projection", { $0.variant = .init(projectionSize: 0) }),
      (
        "model",
        {
          $0.cell = .gru
          $0.variant = .init(hasPeepholes: true)
        }
      ),
    ] as [(String, (inout LanguageArchitecture) -> Void)] {
      let error = try #require(throws: LembraError.self) {
        _ = try LanguageModel(small(change), tokenizer: tokenizer(), seed: 0)
      }
      #expect(error.code == .invalidOption && error.location.name == name)
    }
    #expect(throws: LembraError.self) {
      _ = try LanguageModel.train(on: text(), tokenizer: tokenizer(), steps: 0)
    }
    #expect(throws: LembraError.self) {
      _ = try LanguageModel.train(on: text("ab"), tokenizer: tokenizer(), options: options())
    }
  }

  @Test("a file that is cut off or changed is refused")
  func damagedFiles() throws {
    let model = try LanguageModel(small(), tokenizer: tokenizer(), seed: 0)
    try model.save(to: folder("model"))
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder("model")))
    func refuses(_ bytes: Data) throws {
      try bytes.write(to: URL(fileURLWithPath: folder("bad")))
      let error = try #require(throws: LembraError.self) {
        _ = try LanguageModel(readingFrom: folder("bad"))
      }
      #expect(error.code == .invalidFile)
    }
    for count in stride(from: 0, to: bytes.count, by: 211) { try refuses(bytes.prefix(count)) }
    for (old, new) in [
      ("\\\"hiddenSize\\\":16", "\\\"hiddenSize\\\":17"),
      ("\\\"hiddenSize\\\":16", "\\\"hiddenSize\\\":-6"),
      ("\\\"layerCount\\\":1", "\\\"layerCount\\\":0"), ("language", "forecast"),
    ] {
      var changed = bytes
      let range = try #require(changed.range(of: Data(old.utf8)), "\(old)")
      changed.replaceSubrange(range, with: Data(new.utf8))
      try refuses(changed)
    }
  }
}

extension LanguageModel {
  /// `-log p` of a token after others, from a text that ends with it.
  fileprivate func negativeLogLikelihood(of token: Int, after prefix: [Int]) throws -> Double {
    func total(_ tokens: [Int]) throws -> Double {
      guard tokens.count > 1 else { return 0 }
      let scores = try scores(of: corpus(of: TextFile(tokenizer.decode(tokens))))
      return scores.nats * Double(scores.tokens)
    }
    return try total(prefix + [token]) - total(prefix)
  }
}
