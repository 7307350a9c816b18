import LembraData
import LembraLayers
public import LembraTensor

/// A model that says which classes a text belongs to.
///
///     let texts = try LabelledTexts(readingFrom: "reviews.tsv")
///     let (training, validation) = try texts.split(
///       validation: .percent(10), key: RandomKey(seed: 0))
///     let result = try TextClassifier.train(on: training, validation: validation)
///     print(try result.model.classify(["a quiet, moving film"])[0].labels)
public struct TextClassifier: Sendable {
  /// The task that files of classifiers name.
  public static let task = "classify"

  public let configuration: ClassifierConfiguration
  public internal(set) var network: ClassifierNetwork

  /// How the model came to be; nil before training.
  public internal(set) var record: TextTrainingRecord?

  /// What the model says of one text.
  public struct Prediction: Hashable, Sendable {
    /// The label that is most probable or, where a text may have several, those with a probability
    /// of a half and more.
    public let labels: [String]

    /// The probability of each label, in the model's order.
    public let probabilities: [Float]
  }

  /// Creates an untrained model whose weights `seed` names.
  ///
  /// - Throws: `LembraError` with code `invalidOption` when a number cannot be used.
  public init(_ configuration: ClassifierConfiguration, seed: UInt64) throws(LembraError) {
    try configuration.validate()
    self.init(
      configuration,
      network: ClassifierNetwork(
        configuration.architecture, tokenCount: configuration.tokenizer.count,
        classCount: configuration.labels.count,
        key: RandomKey(seed: seed).folding("weights")),
      record: nil)
  }

  init(
    _ configuration: ClassifierConfiguration, network: ClassifierNetwork,
    record: TextTrainingRecord?
  ) {
    self.configuration = configuration
    self.network = network
    self.record = record
  }

  // MARK: - Predictions

  /// The probability of each label for each text, `[N, K]`.
  ///
  /// A text's probabilities have the same bits whatever texts are beside it.
  public func probabilities(of texts: [String]) -> Tensor {
    probabilities(of: texts.map(configuration.tokens))
  }

  /// What the model says of each text.
  public func classify(_ texts: [String]) -> [Prediction] {
    let labels = configuration.labels
    let all = probabilities(of: texts).array
    return texts.indices.map { index in
      let own = Array(all[index * labels.count..<(index + 1) * labels.count])
      return Prediction(
        labels: configuration.chosen(own).map { labels[$0] }, probabilities: own)
    }
  }

  /// How much each word of a text counts for the model, where it attends to words; nil elsewhere.
  public func attention(to text: String) -> [(word: String, weight: Float)]? {
    let tokens = configuration.tokens(text)
    guard let weights = network.attention([tokens])?[0] else { return nil }
    return zip(configuration.words(text), weights).map { ($0, $1) }
  }

  func probabilities(of texts: [[Int]]) -> Tensor {
    let count = configuration.labels.count
    var all = [Float](repeating: 0, count: texts.count * count)
    let buckets = LengthBuckets(lengths: texts.map(\.count), limit: .tokens(8_192))
    for batch in buckets.inOrder() {
      let scores = network(batch.map { texts[$0] })
      let part = (configuration.isMultiLabel ? sigmoid(scores) : scores.softmax()).array
      for (place, index) in batch.enumerated() {
        for column in 0..<count { all[index * count + column] = part[place * count + column] }
      }
    }
    return Tensor(all, shape: [texts.count, count])
  }
}
