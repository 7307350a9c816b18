import LembraData
import LembraLayers
import LembraTensor
import LembraTraining

/// A step of training a classifier.
struct ClassifierStep: ReplayableStep {
  /// The texts, words that were dropped being unknown.
  let texts: ClassifiedTexts

  let classWeights: CodedTensor?
  let labelSmoothing: Float

  /// How far gradients flow back, and what is kept for them; a replay looks at the whole of it.
  var unrolling = Unrolling.whole

  private enum CodingKeys: CodingKey { case texts, classWeights, labelSmoothing }

  static var task: String { TextClassifier.task }

  static func network(
    of configuration: ClassifierConfiguration, weightCount: Int
  ) throws(LembraError) -> ClassifierNetwork {
    try configuration.validate()
    let (tokens, classes) = (configuration.tokenizer.count, configuration.labels.count)
    try requireWeights(
      weightCount,
      configuration.architecture.parameterCount(tokenCount: tokens, classCount: classes))
    return ClassifierNetwork(
      configuration.architecture, tokenCount: tokens, classCount: classes, isBlank: true,
      key: RandomKey(seed: 0))
  }

  func fits(
    _ network: ClassifierNetwork, _ configuration: ClassifierConfiguration, carried: [Tensor]
  ) -> Bool {
    let classes = configuration.labels.count
    return carried.isEmpty && texts.fits(configuration) && (0..<1).contains(labelSmoothing)
      && classWeights.map { texts.accept($0.tensor, classes: classes) } ?? true
  }

  func loss(_ network: ClassifierNetwork, key: RandomKey, carried: inout [Tensor]) -> Tensor {
    texts.loss(
      network(texts.tokens, dropoutKey: key, unrolling: unrolling), of: texts.indices,
      classWeights: classWeights?.tensor, smoothing: labelSmoothing)
  }
}
