import LembraData
import LembraLayers
import LembraModels
import LembraTensor
import LembraTestSupport
import LembraTraining
import Testing

@Suite("Translators")
struct TranslatorTests: TranslatorTesting {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(
    "it learns to turn numbers round, and attends to the digit that it writes",
    arguments: [small(), small { $0.reversesSource = true }])
  func learns(architecture: TranslatorArchitecture) throws {
    let model = try trained(architecture, epochs: 60).model
    let evaluation = try model.evaluate(Self.pairs)
    #expect(evaluation.exact > 0.95, "\(evaluation.exact)")
    #expect(evaluation.taught.perplexity < 1.6 && evaluation.taught.tokenAccuracy > 0.95)
    #expect(evaluation.bleu.signature.hasPrefix("nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp"))
    let translation = try model.translate(
      ["37"], options: SearchOptions(returnsAttention: true))[0][0]
    #expect(translation.text == "73" && translation.tokens == ["7", "3"])
    #expect(translation.attention.count == 3 && translation.attention[0].count == 3)
    #expect(model.sourceTokens("37") == ["3", "7", "</s>"])
    let most = translation.attention.prefix(2).map { weights in
      weights.indices.max { weights[$0] < weights[$1] }
    }
    #expect(most == [1, 0])
  }

  @Test("scores by length are those of all pairs, each in one part")
  func lengths() throws {
    let model = try Translator(Self.small(), tokenizers: tokenizers(), seed: 2)
    let sources = (0..<50).map { index in
      (0...index % 7).map { "\($0 + index)" }.joined(separator: " ")
    }
    let evaluation = try model.evaluate(ParallelTexts(sources: sources, targets: sources))
    let scores = evaluation.scoresByLength(parts: 4)
    #expect(scores.count > 2 && scores.reduce(0) { $0 + $1.pairs } == 50)
    #expect(scores.first?.shortest == 1 && scores.last?.longest == 7)
    #expect(zip(scores, scores.dropFirst()).allSatisfy { $0.longest < $1.shortest })
    let all = evaluation.scoresByLength(parts: 1)
    #expect(all.count == 1 && all[0].bleu == evaluation.bleu.score)
  }

  @Test("a text is exact when it is what the tokens make of its reference")
  func exact() throws {
    let pairs = ParallelTexts(
      sources: ["ja", "nein", "doch"], targets: ["yes.", "no, sir.", "oh yes, sir."])
    let tokenizers = try TranslatorTokenizers(
      training: .word, minimumCount: 1, sources: pairs.sources, targets: pairs.targets)
    let model = try Translator.train(
      on: pairs, tokenizers: tokenizers, architecture: Self.small(),
      options: options(epochs: 200)
    ).model
    let evaluation = try model.evaluate(pairs)
    #expect(evaluation.translations[0].text == "yes .")
    #expect(evaluation.exact == 1)
    // "yes ." is two words, neither of which is the one word "yes.".
    #expect(evaluation.wordErrors.words == 6 && evaluation.wordErrors.rate > 1)
  }

  @Test("letters are read one by one where whole words are written")
  func units() throws {
    let pairs = ParallelTexts(
      sources: ["cat", "act", "tact"], targets: ["K AE T", "AE K T", "T AE K T"])
    let tokenizers = try TranslatorTokenizers(
      training: .character, targetUnit: .word, minimumCount: 1, sources: pairs.sources,
      targets: pairs.targets)
    #expect(tokenizers.source.encode("tact").count == 4)
    #expect(tokenizers.target.encode("T AE K T").count == 4)
    #expect(tokenizers.target.decode(tokenizers.target.encode("T AE K T")) == "T AE K T")
    let model = try Translator.train(
      on: pairs, tokenizers: tokenizers, architecture: Self.small(),
      options: options(epochs: 200)
    ).model
    let evaluation = try model.evaluate(pairs)
    #expect(evaluation.exact == 1 && evaluation.wordErrors.changes == 0)
    #expect(evaluation.wordErrors.words == 10)
    #expect(throws: LembraError.self) {
      try TranslatorTokenizers(
        training: .character, targetUnit: .word, isShared: true, sources: ["a"], targets: ["b"])
    }
  }

  @Test("what cannot be used is refused before anything is read, also for no text")
  func refusal() throws {
    let model = try Translator(Self.small(), tokenizers: tokenizers(), seed: 2)
    for options in [
      SearchOptions(beamSize: 0), SearchOptions(best: 0, sampling: SamplingOptions()),
      SearchOptions(lengthPenalty: -1),
    ] {
      for texts in [[], [""], ["12"]] {
        #expect(throws: LembraError.self) { try model.translate(texts, options: options) }
      }
    }
    #expect(throws: LembraError.self) {
      try TranslatorTokenizers(
        training: .unigram, minimumCount: 2, sources: ["a b"], targets: ["b a"])
    }
  }

  @Test("every kind trains, and saves and loads to the bit", arguments: all)
  func roundTrip(architecture: TranslatorArchitecture) throws {
    let result = try trained(architecture)
    let model = result.model
    #expect(result.outcome == .finished && result.history.count == 2)
    try model.save(to: folder("model"))
    let loaded = try Translator(readingFrom: folder("model"))
    #expect(loaded.bits == model.bits)
    #expect(loaded.architecture == architecture && loaded.tokenizers == model.tokenizers)
    #expect(loaded.record == model.record && loaded.record != nil)
    let options = SearchOptions(
      beamSize: 3, best: 3, returnsAttention: architecture.context.attention != nil)
    let lines = Array(Self.pairs.sources.prefix(7))
    #expect(
      try loaded.translate(lines, options: options) == model.translate(lines, options: options))
    #expect(loaded.scores(of: Self.pairs) == model.scores(of: Self.pairs))
  }

  @Test("a text has the same translations alone and among others", arguments: all)
  func batching(architecture: TranslatorArchitecture) throws {
    let model = try Translator(architecture, tokenizers: tokenizers(), seed: 1)
    let options = SearchOptions(
      beamSize: 4, best: 4, maximumLength: 9,
      returnsAttention: architecture.context.attention != nil)
    let lines = ["12", "", "3456789", "7", "10 11", "98", "unknown"]
    let together = try model.translate(lines, options: options)
    for (line, translations) in zip(lines, together) {
      #expect(try model.translate([line], options: options)[0] == translations)
      #expect(translations.allSatisfy { $0.logProbability <= 0 })
    }
    #expect(together[1].map(\.text) == [""])
  }

  @Test("the same seed gives the same bits, on one thread and on two")
  func repeats() throws {
    let one = try withThreadLimit(1) { try trained().model.bits }
    let two = try withThreadLimit(2) { try trained().model.bits }
    #expect(one == two)
  }

  @Test("a training that is interrupted goes on to the same bits, with scheduled sampling too")
  func resumes() throws {
    let whole = try trained(epochs: 3, sampling: 0.5)
    // The weights that were kept may be those of the first epoch, in which nothing is sampled.
    let taught = try trained(epochs: 3)
    #expect(whole.history.map(\.trainingLoss) != taught.history.map(\.trainingLoss))
    let path = folder("run.checkpoint")
    var steps = 0
    let first = try trained(
      epochs: 3, sampling: 0.5,
      supervision: TrainingSupervision(
        checkpoint: Checkpointing(path: path),
        shouldStop: {
          steps += 1
          return steps == 9
        }))
    #expect(first.outcome == .interrupted)
    let rest = try trained(
      epochs: 3, sampling: 0.5,
      supervision: TrainingSupervision(checkpoint: Checkpointing(path: path), resumes: true))
    #expect(rest.model.bits == whole.model.bits)
  }

  @Test("two models decide together, and only if they have the same tokens")
  func ensembles() throws {
    let models = try [1, 2].map {
      try Translator(Self.small(), tokenizers: tokenizers(), seed: UInt64($0))
    }
    let alone = try models[0].translate(["12"])
    #expect(
      try Translator.translate(["12"], by: [models[0], models[0]])[0][0].text == alone[0][0].text)
    #expect(try Translator.translate(["12"], by: models)[0].count == 1)
    let other = try Translator(
      Self.small(),
      tokenizers: TranslatorTokenizers(training: .character, sources: ["a"], targets: ["b"]),
      seed: 1)
    #expect(throws: LembraError.self) {
      try Translator.translate(["12"], by: [models[0], other])
    }
    #expect(throws: LembraError.self) { try Translator.translate(["12"], by: []) }
  }

  @Test(
    "architectures that cannot be built are refused by name",
    arguments: [
      (small { $0.hiddenSize = 0 }, "hidden"), (small { $0.embeddingSize = 1 << 20 }, "embedding"),
      (small { $0.encoderLayers = 0 }, "encoder layers"),
      (small { $0.decoderLayers = 65 }, "decoder layers"), (small { $0.dropout = 1 }, "dropout"),
      (small(.gru, .dot), "attention"), (small { $0.feedsInput = true }, "input feeding"),
      (small(.gru, .general) { $0.seesCoverage = true }, "coverage"),
      (small { $0.hiddenSize = 60_000 }, "hidden"),
    ])
  func validation(architecture: TranslatorArchitecture, name: String) throws {
    let tokenizers = try tokenizers()
    #expect {
      try Translator(architecture, tokenizers: tokenizers, seed: 0)
    } throws: { ($0 as? LembraError)?.location.name == name }
  }

  @Test("what needs attention is refused where there is none")
  func withoutAttention() throws {
    let model = try Translator(Self.small(.lstm, .none), tokenizers: tokenizers(), seed: 0)
    for (options, name) in [
      (SearchOptions(returnsAttention: true), "attention"),
      (SearchOptions(coveragePenalty: 0.2), "coverage penalty"),
    ] {
      #expect {
        try model.translate(["12"], options: options)
      } throws: { ($0 as? LembraError)?.location.name == name }
    }
  }

  @Test("a file that was cut off is refused")
  func damagedFiles() throws {
    try Translator(Self.small(), tokenizers: tokenizers(), seed: 0).save(to: folder("model"))
    let bytes = try folder.bytes("model")
    for length in stride(from: 0, to: bytes.count - 1, by: bytes.count / 40) {
      try folder.write(Array(bytes.prefix(length)), "cut")
      #expect(throws: LembraError.self) { try Translator(readingFrom: folder("cut")) }
    }
  }
}
