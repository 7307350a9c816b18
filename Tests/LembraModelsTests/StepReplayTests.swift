import Foundation
import LembraData
import LembraFormats
import LembraLayers
import LembraModels
import LembraTensor
import LembraTestSupport
import LembraTraining
import Testing

@Suite("Steps that were kept for replay")
struct StepReplayTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var supervision: TrainingSupervision {
    TrainingSupervision(diagnosis: DiagnosisOptions(replayPath: folder("bad.safetensors")))
  }

  /// Options with which the second step is far too long.
  private var options: TextTrainingOptions {
    TextTrainingOptions(
      optimizer: .sgd, learningRate: 1e38, weightDecay: 0,
      clipping: GradientClipping(norm: 1), epochs: 9, batchSize: 3, seed: 2)
  }

  /// Trains what has to fail, and runs the step again that it keeps.
  private func check(
    _ task: String, _ train: () throws -> Void
  ) throws {
    let error = try #require(throws: LembraError.self) { try train() }
    #expect(error.code == .notFinite)
    let replay = try StepReplay(readingFrom: folder("bad.safetensors"))
    #expect(replay.modelTask == task && replay.epoch >= 1 && replay.step >= 1)
    #expect(replay.settings["learning rate"] != nil)
    let found = try replay.run()
    #expect(!found.isFinite)
    #expect("\(found)" == "\(replay.finding)")
    #expect(error.message.contains("\(found)"), "\(error.message)")
    #expect(error.message.hasSuffix("; the step is kept in \(folder("bad.safetensors"))"))
    #expect([.forward, .backward].contains(found.number?.kind), "\(found)")
    #expect(found.number?.sequence != nil)
  }

  private let words = TaggedSentences(
    words: ["Ana", "sees", "a", "house", "in", "Lisboa"],
    tags: ["B-N", "O", "O", "O", "O", "B-N"], offsets: [0, 4, 6],
    columns: .init(word: 0, features: [], tag: 1))

  @Test(
    "run again as they ran, of forecasters", arguments: [ForecastArchitecture.Kind.lstm, .bigru])
  func forecaster(kind: ForecastArchitecture.Kind) throws {
    try check(Forecaster.task) {
      _ = try Forecaster.train(
        on: data(small(kind, layers: 2, dropout: 0.2)),
        options: ForecastTrainingOptions(
          optimizer: .sgd, learningRate: 1e38, epochs: 9, batchSize: 8, seed: 1),
        diagnosis: supervision.diagnosis)
    }
  }

  @Test("run again as they ran, of classifiers")
  func classifier() throws {
    let texts = LabelledTexts(
      texts: ["good film", "bad film", "a good one", "a bad one", "good", "bad"],
      labels: ["g", "b", "g", "b", "g", "b"].map { [$0] }, lines: Array(2...7))
    try check(TextClassifier.task) {
      _ = try TextClassifier.train(
        on: texts,
        architecture: ClassifierArchitecture(
          .bilstm, embeddingSize: 4, hiddenSize: 3, dropout: 0.1, wordDropout: 0.1),
        options: ClassifierTrainingOptions(
          minimumCount: 1, classWeighting: .balanced, labelSmoothing: 0.1, training: options),
        supervision: supervision)
    }
  }

  @Test("run again as they ran, of taggers", arguments: [TaggerArchitecture.Output.crf, .softmax])
  func tagger(output: TaggerArchitecture.Output) throws {
    var architecture = TaggerArchitecture(
      embeddingSize: 4, hiddenSize: 3, characterSize: 3, characterHiddenSize: 2, dropout: 0.1,
      wordDropout: 0.1)
    architecture.output = output
    var options = options
    options.batchSize = 1
    try check(SequenceTagger.task) {
      _ = try SequenceTagger.train(
        on: words, architecture: architecture,
        options: TaggerTrainingOptions(scheme: .keep, training: options), supervision: supervision)
    }
  }

  @Test("run again as they ran, of language models")
  func languageModel() throws {
    let text = String(repeating: "the cat sat on the mat. ", count: 20)
    try check(LanguageModel.task) {
      _ = try LanguageModel.train(
        on: TextFile(text), tokenizer: .characters(of: [text]),
        architecture: LanguageArchitecture(
          embeddingSize: 6, hiddenSize: 5, tiesEmbeddings: false, dropout: 0.1, weightDrop: 0.2),
        options: options, steps: 8, supervision: supervision)
    }
  }

  @Test(
    "run again as they ran, of translators", arguments: [AttentionDecoder.Context.additive, .dot],
    [nil, LSTMCell.Variant(recurrentDropout: 0.2, zoneout: Zoneout(hidden: 0.1))])
  func translator(context: AttentionDecoder.Context, variant: LSTMCell.Variant?) throws {
    let numbers = (10..<30).map { "\($0)" }
    let pairs = ParallelTexts(sources: numbers, targets: numbers.map { String($0.reversed()) })
    try check(Translator.task) {
      _ = try Translator.train(
        on: pairs,
        tokenizers: TranslatorTokenizers(
          training: .character, sources: pairs.sources, targets: pairs.targets),
        architecture: TranslatorArchitecture(
          cell: .gru, context: context, embeddingSize: 6, hiddenSize: 5,
          isBidirectional: context == .additive, dropout: 0.1, variant: variant),
        options: TranslatorTrainingOptions(
          training: options, batchTokens: nil, scheduledSampling: 1),
        supervision: supervision)
    }
  }

  @Test("are refused where their parts contradict each other")
  func damaged() throws {
    _ = try? Forecaster.train(
      on: data(small(.gru)),
      options: ForecastTrainingOptions(optimizer: .sgd, learningRate: 1e38, epochs: 9, seed: 1),
      diagnosis: supervision.diagnosis)
    let path = folder("bad.safetensors")
    var file = try ModelFile(readingFrom: path)
    let weight = try #require(file.tensors["model.head.bias"])
    file.tensors["model.head.bias"] = nil
    try file.write(to: path)
    let missing = try #require(throws: LembraError.self) { try StepReplay(readingFrom: path).run() }
    #expect(missing.code == .invalidFile && missing.location.file == path)
    file.tensors["model.head.bias"] = weight
    file.tensors["model.extra"] = weight
    try file.write(to: path)
    #expect(throws: LembraError.self) { try StepReplay(readingFrom: path).run() }
    try Forecaster(configuration: small(), scaler: data().scaler, seed: 1)
      .save(to: folder("m.safetensors"))
    let other = try #require(throws: LembraError.self) {
      try StepReplay(readingFrom: folder("m.safetensors"))
    }
    #expect(other.code == .invalidFile)
  }
}
