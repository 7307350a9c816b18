import Foundation
import LembraData
import LembraLayers
import LembraModels
import LembraTensor
import LembraTestSupport
import LembraTraining
import Testing

private let good = ["fine", "warm", "clever", "lovely"]
private let bad = ["dull", "cold", "stupid", "ugly"]
private let plain = ["the", "film", "is", "a", "story", "of", "two", "people"]

/// Sentences with one word that tells.
private func reviews(_ count: Int, seed: UInt64 = 1) -> LabelledTexts {
  var generator = RandomGenerator(RandomKey(seed: seed))
  var texts: [String] = []
  var labels: [[String]] = []
  for index in 0..<count {
    var words = (0..<Int.random(in: 1...6, using: &generator)).compactMap { _ in
      plain.randomElement(using: &generator)
    }
    let telling = (index % 2 == 0 ? good : bad).randomElement(using: &generator) ?? ""
    words.insert(telling, at: Int.random(in: 0...words.count, using: &generator))
    texts.append(words.joined(separator: " "))
    labels.append([index % 2 == 0 ? "good" : "bad"])
  }
  return LabelledTexts(texts: texts, labels: labels)
}

private func small(
  _ kind: ClassifierArchitecture.Kind, pooling: SequencePooling = .max
) -> ClassifierArchitecture {
  ClassifierArchitecture(
    kind, embeddingSize: 8, hiddenSize: 6, pooling: pooling, kernelSizes: [1, 2], dropout: 0.1,
    wordDropout: 0.05)
}

private func options(epochs: Int = 3) -> ClassifierTrainingOptions {
  ClassifierTrainingOptions(
    training: TextTrainingOptions(learningRate: 0.02, epochs: epochs, batchSize: 8, seed: 1))
}

extension TextClassifier {
  fileprivate var bits: [[UInt32]] { network.parameters.map { $0.value.array.map(\.bitPattern) } }
}

@Suite("Classifiers of texts")
struct TextClassifierTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test(
    "find the words that tell",
    arguments: ClassifierArchitecture.Kind.allCases.map { ($0, SequencePooling.max) }
      + SequencePooling.allCases.map { (.bilstm, $0) })
  func learns(kind: ClassifierArchitecture.Kind, pooling: SequencePooling) throws {
    let result = try TextClassifier.train(
      on: reviews(160), validation: reviews(40, seed: 2),
      architecture: small(kind, pooling: pooling),
      options: options(epochs: 14))
    let evaluation = try result.model.evaluate(reviews(60, seed: 3))
    #expect(try #require(evaluation.scores?.accuracy) > 0.95, "\(kind) \(pooling)")
    #expect(result.model.classify(["a lovely story"])[0].labels == ["good"])
    #expect(result.model.classify(["the film is dull"])[0].labels == ["bad"])
  }

  @Test(
    "save and load to the bit",
    arguments: [
      (ClassifierArchitecture.Kind.mlp, SequencePooling.max), (.cnn, .max), (.bigru, .attention),
      (.rnn, .last), (.bislstm, .last), (.mgu, .max), (.mingru, .mean),
    ])
  func roundTrip(kind: ClassifierArchitecture.Kind, pooling: SequencePooling) throws {
    let model = try TextClassifier.train(
      on: reviews(40), architecture: small(kind, pooling: pooling), options: options(epochs: 1)
    ).model
    try model.save(to: folder("model"))
    let loaded = try TextClassifier(readingFrom: folder("model"))
    #expect(loaded.bits == model.bits)
    #expect(loaded.configuration == model.configuration && loaded.record == model.record)
    let texts = reviews(9, seed: 4).texts
    #expect(loaded.classify(texts) == model.classify(texts))
  }

  @Test(
    "give a text the same bits alone and among others",
    arguments: ClassifierArchitecture.Kind.allCases)
  func batching(kind: ClassifierArchitecture.Kind) throws {
    let model = try TextClassifier.train(
      on: reviews(40), architecture: small(kind, pooling: .attention), options: options(epochs: 1)
    ).model
    let long = Array(repeating: plain, count: 200).joined().joined(separator: " ")
    let texts = reviews(30, seed: 4).texts + ["", "unheard", long]
    let together = model.classify(texts)
    for (text, prediction) in zip(texts, together) {
      #expect(model.classify([text])[0] == prediction)
    }
  }

  @Test("the same seed gives the same bits, on one thread and on two")
  func repeats() throws {
    func bits(_ threads: Int) throws -> [[UInt32]] {
      try withThreadLimit(threads) {
        try TextClassifier.train(
          on: reviews(60), architecture: small(.bilstm), options: options(epochs: 2)
        ).model.bits
      }
    }
    #expect(try bits(1) == bits(2))
  }

  @Test("several labels a text")
  func multiLabel() throws {
    let both = zip(reviews(120).texts, reviews(120, seed: 8).texts).map { "\($0) \($1)" }
    let labels = zip(reviews(120).texts, reviews(120, seed: 8).texts).map { first, second in
      [first, second].flatMap { text in
        (good.contains { text.contains($0) } ? ["good"] : [])
          + (bad.contains { text.contains($0) } ? ["bad"] : [])
      }
    }
    let texts = LabelledTexts(
      texts: both + plain, labels: labels.map { Set($0).sorted() } + plain.map { _ in [] })
    let result = try TextClassifier.train(
      on: texts, architecture: small(.bilstm), options: options(epochs: 20))
    #expect(result.model.configuration.isMultiLabel)
    let evaluation = try result.model.evaluate(texts)
    #expect(try #require(evaluation.multiLabelScores?.microF1) > 0.95)
    #expect(result.model.classify(["the film"])[0].labels.isEmpty)
  }

  @Test("an unknown label at evaluation names its line and the labels there are")
  func unknownLabel() throws {
    let model = try TextClassifier.train(
      on: reviews(20), architecture: small(.mlp), options: options(epochs: 1)
    ).model
    let texts = LabelledTexts(
      texts: ["a", "b"], labels: [["good"], ["odd"]], lines: [2, 3], file: "more.tsv")
    let error = try #require(throws: LembraError.self) { _ = try model.evaluate(texts) }
    #expect(error.code == .invalidData && error.location.line == 3)
    #expect("\(error)".contains("'odd'") && "\(error)".contains("bad, good"))
  }

  @Test("attends to words where it has attention, with weights that add up to 1")
  func attention() throws {
    let model = try TextClassifier.train(
      on: reviews(20), architecture: small(.bilstm, pooling: .attention),
      options: options(epochs: 1)
    ).model
    let weights = try #require(model.attention(to: "the lovely film"))
    #expect(weights.map(\.word) == ["the", "lovely", "film"])
    #expect(abs(weights.reduce(0) { $0 + $1.weight } - 1) < 1e-5)
    let other = try TextClassifier.train(
      on: reviews(20), architecture: small(.bilstm), options: options(epochs: 1)
    ).model
    #expect(other.attention(to: "the lovely film") == nil)
  }

  @Test("begins with word vectors of the right length, and refuses others")
  func wordVectors() throws {
    let vectors = WordVectors(size: 8, words: ["film"], values: Array(repeating: 0.25, count: 8))
    var unmoved = options(epochs: 1)
    unmoved.training.learningRate = 1e-12
    unmoved.training.weightDecay = 0
    let model = try TextClassifier.train(
      on: reviews(20), architecture: small(.mlp), options: unmoved, vectors: vectors
    ).model
    let id = try #require(model.configuration.tokenizer.id(ofToken: "film"))
    #expect(model.network.embedding([id]).array.allSatisfy { abs($0 - 0.25) < 1e-6 })
    #expect(throws: LembraError.self) {
      _ = try TextClassifier.train(
        on: reviews(20), architecture: small(.mlp), options: unmoved,
        vectors: WordVectors(size: 3, words: ["film"], values: [1, 2, 3]))
    }
  }

  @Test("balanced weights make a rare label count")
  func balanced() throws {
    let many = reviews(80)
    let kept = many.texts.indices.filter { $0 % 2 == 0 || $0 % 16 == 1 }
    var balanced = options(epochs: 4)
    balanced.classWeighting = .balanced
    let texts = many.subset(kept)
    func recall(_ options: ClassifierTrainingOptions) throws -> Double {
      let model = try TextClassifier.train(
        on: texts, architecture: small(.mlp), options: options
      ).model
      return try model.evaluate(reviews(60, seed: 5)).scores?.classes[0].recall ?? 0
    }
    #expect(try recall(balanced) > recall(options(epochs: 4)))
  }
}
