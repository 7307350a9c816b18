import Foundation
import LembraData
import LembraLayers
import LembraModels
import LembraTensor
import LembraTestSupport
import LembraTraining
import Testing

/// Sentences in which a name of one or two words, in capitals, is a span.
private func sentences(_ count: Int, seed: UInt64 = 1, features: Bool = false) -> TaggedSentences {
  var generator = RandomGenerator(RandomKey(seed: seed))
  var (words, tags, values, offsets): ([String], [String], [String], [Int]) = ([], [], [], [0])
  for _ in 0..<count {
    for _ in 0..<Int.random(in: 1...5, using: &generator) {
      if Int.random(in: 0..<3, using: &generator) == 0 {
        words += ["Ana", "Lisboa"].prefix(Int.random(in: 1...2, using: &generator))
      } else {
        words.append(["sees", "a", "house", "in"].randomElement(using: &generator) ?? "a")
      }
    }
    while tags.count < words.count {
      let isName = words[tags.count].first?.isUppercase ?? false
      let follows =
        tags.count > (offsets.last ?? 0) && words[tags.count] == "Lisboa"
        && words[tags.count - 1] == "Ana"
      tags.append(isName ? (follows ? "I-N" : "B-N") : "O")
      values.append(isName ? "X" : "y")
    }
    offsets.append(words.count)
  }
  return TaggedSentences(
    words: words, features: features ? [values] : [], tags: tags, offsets: offsets,
    columns: .init(word: 0, features: features ? [1] : [], tag: 2))
}

private func small(
  _ change: (inout TaggerArchitecture) -> Void = { _ in }
) -> TaggerArchitecture {
  var architecture = TaggerArchitecture(
    embeddingSize: 6, hiddenSize: 6, characterSize: 4, characterHiddenSize: 3, featureSize: 3,
    dropout: 0.1, wordDropout: 0.1)
  change(&architecture)
  return architecture
}

private func options(
  epochs: Int = 2, scheme: TaggerTrainingOptions.Scheme = .keep
) -> TaggerTrainingOptions {
  TaggerTrainingOptions(
    scheme: scheme,
    training: TextTrainingOptions(learningRate: 0.02, epochs: epochs, batchSize: 6, seed: 1))
}

extension SequenceTagger {
  fileprivate var bits: [[UInt32]] { network.parameters.map { $0.value.array.map(\.bitPattern) } }
}

@Suite("Taggers")
struct SequenceTaggerTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private static let kinds: [TaggerArchitecture] = [
    small(), small { $0.output = .softmax }, small { $0.spelling = .convolution },
    small {
      $0.spelling = .none
      $0.cell = .gru
    },
    small {
      $0.layerCount = 2
      $0.cell = .rnn
      $0.isBidirectional = false
    },
    small {
      $0.cell = .slstm
      $0.variant = .init(heads: 2)
    },
    small { $0.cell = .mgu },
  ]

  @Test("find names", arguments: kinds, TaggerTrainingOptions.Scheme.allCases)
  func learns(architecture: TaggerArchitecture, scheme: TaggerTrainingOptions.Scheme) throws {
    let result = try SequenceTagger.train(
      on: sentences(120), validation: sentences(30, seed: 2), architecture: architecture,
      options: options(epochs: 10, scheme: scheme))
    let evaluation = result.model.evaluate(sentences(60, seed: 3))
    #expect(evaluation.spans.f1 > 0.9, "\(architecture.title) \(scheme)")
    #expect(evaluation.accuracy > 0.95)
    #expect(evaluation.tags.joined().allSatisfy { ["B-N", "I-N", "O"].contains($0) })
  }

  @Test("save and load to the bit", arguments: kinds)
  func roundTrip(architecture: TaggerArchitecture) throws {
    let model = try SequenceTagger.train(
      on: sentences(20, features: true), architecture: architecture,
      options: options(epochs: 1, scheme: .bioes)
    ).model
    try model.save(to: folder("model"))
    let loaded = try SequenceTagger(readingFrom: folder("model"))
    #expect(loaded.bits == model.bits)
    #expect(loaded.configuration == model.configuration && loaded.record == model.record)
    let others = sentences(9, seed: 4, features: true)
    #expect(loaded.tag(others) == model.tag(others))
    #expect(loaded.marginals(of: others) == model.marginals(of: others))
  }

  @Test("give a sentence the same bits alone and among others", arguments: kinds)
  func batching(architecture: TaggerArchitecture) throws {
    let model = try SequenceTagger.train(
      on: sentences(20), architecture: architecture, options: options(epochs: 1)
    ).model
    let long = TaggedSentences(
      words: Array(repeating: "Ana", count: 2_000) + ["a"], offsets: [0, 2_000, 2_001])
    let some = sentences(20, seed: 4)
    for all in [some, long] {
      let (tags, marginals) = (model.tag(all), model.marginals(of: all))
      for index in all.indices {
        let alone = all.subset([index])
        #expect(model.tag(alone)[0] == tags[index])
        #expect(model.marginals(of: alone)[0] == marginals[index])
      }
    }
  }

  @Test("the same seed gives the same bits, on one thread and on two")
  func repeats() throws {
    func bits(_ threads: Int) throws -> [[UInt32]] {
      try withThreadLimit(threads) {
        try SequenceTagger.train(
          on: sentences(30), architecture: small(), options: options(epochs: 2)
        ).model.bits
      }
    }
    #expect(try bits(1) == bits(2))
  }

  @Test("readings are in order, differ, and begin with the best")
  func readings() throws {
    let model = try SequenceTagger.train(
      on: sentences(30), architecture: small(), options: options()
    ).model
    let some = sentences(5, seed: 6)
    let best = model.readings(3, of: some)
    for (readings, tags) in zip(best, model.tag(some)) {
      #expect(readings[0].tags == tags)
      #expect(Set(readings.map(\.tags)).count == readings.count)
      #expect(zip(readings, readings.dropFirst()).allSatisfy { $0.probability >= $1.probability })
      #expect(readings.reduce(0) { $0 + $1.probability } <= 1.0001)
    }
  }

  @Test("tags that mark no spans are judged by accuracy")
  func partsOfSpeech() throws {
    let some = sentences(60)
    let tagged = TaggedSentences(
      words: some.words, tags: some.tags.map { $0 == "O" ? "word" : "name" },
      offsets: some.offsets)
    let result = try SequenceTagger.train(
      on: tagged, validation: tagged, architecture: small(), options: options(epochs: 6))
    #expect(result.model.configuration.scheme == nil)
    #expect(result.model.evaluate(tagged).accuracy > 0.98)
    #expect(try #require(result.model.record?.validationScore) < 0.02)
  }

  @Test("a file that is cut off or changed is refused")
  func damagedFiles() throws {
    try SequenceTagger.train(
      on: sentences(20), architecture: small(), options: options(epochs: 1)
    ).model.save(to: folder("model"))
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder("model")))
    func refuses(_ bytes: Data) throws {
      try bytes.write(to: URL(fileURLWithPath: folder("bad")))
      let error = try #require(throws: LembraError.self) {
        _ = try SequenceTagger(readingFrom: folder("bad"))
      }
      #expect(error.code == .invalidFile)
    }
    for count in stride(from: 0, to: bytes.count, by: 307) { try refuses(bytes.prefix(count)) }
    for (old, new) in [("hiddenSize\\\":6", "hiddenSize\\\":7"), ("\"bio\\\"", "\"bad\\\"")] {
      var changed = bytes
      let range = try #require(changed.range(of: Data(old.utf8)))
      changed.replaceSubrange(range, with: Data(new.utf8))
      try refuses(changed)
    }
  }

  @Test("tags that mark no spans have no scores of spans")
  func noSpans() throws {
    let tagged = TaggedSentences(
      words: ["(", "dogs", "bark", ")"], features: [], tags: ["-LRB-", "NNS", "VBP", "-RRB-"],
      offsets: [0, 2, 4])
    let model = try SequenceTagger.train(
      on: tagged, architecture: small(), options: options(epochs: 1)
    ).model
    #expect(!model.evaluate(tagged).hasSpans)
    #expect(TagScheme.marksSpans(["O", "B-NP", "E"]) && !TagScheme.marksSpans(["O", "NN"]))
  }

  @Test("sentences that cannot be learnt from are refused, with the line")
  func unsound() throws {
    let faulty = TaggedSentences(
      words: ["a", "b", "c"], features: [], tags: ["S-X", "O", "E-X"], lines: [4, 5, 6],
      offsets: [0, 3], file: "x.txt")
    let keep = options(epochs: 1, scheme: .keep)
    let error = try #require(throws: LembraError.self) {
      _ = try SequenceTagger.train(on: faulty, architecture: small(), options: keep)
    }
    #expect(error.code == .invalidData && error.location.line == 6, "\(error)")
    let bare = TaggedSentences(words: ["a"], features: [], tags: [], offsets: [0, 1])
    for part in [(bare, sentences(4)), (sentences(4), bare)] {
      #expect(throws: LembraError.self) {
        try SequenceTagger.train(
          on: part.0, validation: part.1, architecture: small(), options: options(epochs: 1))
      }
    }
  }
}
