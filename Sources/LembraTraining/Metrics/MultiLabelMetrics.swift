public import LembraTensor

/// Compares predicted labels with the true ones, case by case, without keeping them.
///
///     var metrics = MultiLabelMetrics(labelCount: 12)
///     for batch in test { metrics.add(probabilities: sigmoid(model(batch)), truths: batch.labels) }
///     metrics.scores.microF1
///
/// A case may have any number of labels, none among them.
public struct MultiLabelMetrics: Sendable {
  /// The probability from which on a label is predicted.
  public let threshold: Float

  private var hits: [Int]
  private var predicted: [Int]
  private var support: [Int]
  private var count = 0
  private var wholeHits = 0

  /// - Parameters:
  ///   - labelCount: the number of labels, L.
  ///   - threshold: the probability from which on a label is predicted.
  /// - Precondition: there is at least one label.
  public init(labelCount: Int, threshold: Float = 0.5) {
    precondition(labelCount >= 1, "MultiLabelMetrics: \(labelCount) labels")
    self.threshold = threshold
    hits = Array(repeating: 0, count: labelCount)
    predicted = hits
    support = hits
  }

  /// The number of labels, L.
  public var labelCount: Int { hits.count }

  /// Compares one case.
  ///
  /// - Precondition: every label is from 0 to below L.
  public mutating func add(predictions: Set<Int>, truths: Set<Int>) {
    precondition(
      predictions.union(truths).allSatisfy(hits.indices.contains),
      "MultiLabelMetrics: labels \(predictions.sorted()) and \(truths.sorted()) of \(labelCount)")
    for label in predictions { predicted[label] += 1 }
    for label in truths { support[label] += 1 }
    for label in predictions.intersection(truths) { hits[label] += 1 }
    count += 1
    if predictions == truths { wholeHits += 1 }
  }

  /// Compares cases, each predicted to have the labels whose probability reaches the threshold.
  ///
  /// - Parameters:
  ///   - probabilities: a row for each case, `[N, L]`.
  ///   - truths: the labels of each case.
  /// - Precondition: there is a truth a row, and every label is from 0 to below L.
  public mutating func add(probabilities: Tensor, truths: [Set<Int>]) {
    precondition(
      probabilities.shape == [truths.count, labelCount],
      "MultiLabelMetrics: probabilities \(probabilities.shape) of \(truths.count) cases "
        + "and \(labelCount) labels")
    let elements = probabilities.elements
    for (row, labels) in truths.enumerated() {
      let start = row * labelCount
      var predictions: Set<Int> = []
      for label in 0..<labelCount where elements[start + label] >= threshold {
        predictions.insert(label)
      }
      add(predictions: predictions, truths: labels)
    }
  }

  /// The scores of all cases so far.
  public var scores: MultiLabelScores {
    let labels = hits.indices.map {
      ClassScores(hits: hits[$0], predicted: predicted[$0], support: support[$0])
    }
    let all = ClassScores.together(labels)
    guard count > 0 else { return MultiLabelScores(count: 0, labels: labels) }
    let wrong = all.predicted + all.support - 2 * all.hits
    return MultiLabelScores(
      count: count, labels: labels, macroF1: ClassScores.macroF1(labels), microF1: all.f1,
      subsetAccuracy: Double(wholeHits) / Double(count),
      hammingLoss: Double(wrong) / Double(count * labelCount))
  }
}
