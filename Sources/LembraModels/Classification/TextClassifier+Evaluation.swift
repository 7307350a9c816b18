public import LembraData
import LembraLayers
public import LembraTensor
public import LembraTraining

/// How well a classifier did on labelled texts.
public struct ClassifierEvaluation: Sendable {
  /// The scores where each text has one label.
  public let scores: ClassificationScores?

  /// The scores where a text may have several labels.
  public let multiLabelScores: MultiLabelScores?

  /// What the model said of each text.
  public let predictions: [TextClassifier.Prediction]
}

extension TextClassifier {
  /// Judges the model on labelled texts.
  ///
  /// - Throws: `LembraError` with the line of a text whose label the model does not know.
  public func evaluate(_ texts: LabelledTexts) throws(LembraError) -> ClassifierEvaluation {
    let truth = try ClassifiedTexts(texts, configuration)
    let (labels, all) = (configuration.labels, probabilities(of: truth.tokens))
    let values = all.array
    let predictions = truth.targets.indices.map { index in
      let own = Array(values[index * labels.count..<(index + 1) * labels.count])
      return Prediction(
        labels: configuration.chosen(own).map { labels[$0] }, probabilities: own)
    }
    if configuration.isMultiLabel {
      var metrics = MultiLabelMetrics(labelCount: labels.count)
      metrics.add(probabilities: all, truths: truth.targets.map { Set($0) })
      return ClassifierEvaluation(
        scores: nil, multiLabelScores: metrics.scores, predictions: predictions)
    }
    var metrics = ClassificationMetrics(classCount: labels.count)
    metrics.add(probabilities: all, truths: truth.targets.map(\.first))
    return ClassifierEvaluation(
      scores: metrics.scores, multiLabelScores: nil, predictions: predictions)
  }
}
