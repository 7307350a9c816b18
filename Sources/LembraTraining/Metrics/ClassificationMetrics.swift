public import LembraTensor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Compares predicted classes with the true ones, case by case, without keeping them.
///
///     var metrics = ClassificationMetrics(classCount: 3)
///     for batch in test { metrics.add(probabilities: model(batch).softmax(), truths: batch.classes) }
///     metrics.scores.macroF1
///
/// Every case is of one class; see ``MultiLabelMetrics`` for cases with any number of labels.
public struct ClassificationMetrics: Sendable {
  private var confusion: [[Int]]
  private var bins: [Bin]
  private var logarithms = 0.0

  /// The sums behind a ``ReliabilityBin``.
  private struct Bin: Sendable {
    var count = 0
    var hits = 0
    var confidence = 0.0
  }

  /// - Parameters:
  ///   - classCount: the number of classes, K.
  ///   - binCount: the bins of confidence, of equal width.
  /// - Precondition: there is at least one class and one bin.
  public init(classCount: Int, binCount: Int = 15) {
    precondition(
      classCount >= 1 && binCount >= 1,
      "ClassificationMetrics: \(classCount) classes, \(binCount) bins")
    confusion = Array(repeating: Array(repeating: 0, count: classCount), count: classCount)
    bins = Array(repeating: Bin(), count: binCount)
  }

  /// The number of classes, K.
  public var classCount: Int { confusion.count }

  /// Compares one case.
  ///
  /// - Precondition: both classes are from 0 to below K.
  public mutating func add(prediction: Int, truth: Int) {
    precondition(
      confusion.indices.contains(prediction) && confusion.indices.contains(truth),
      "ClassificationMetrics: classes \(prediction) and \(truth) of \(classCount)")
    confusion[truth][prediction] += 1
  }

  /// Compares cases, each taken for the class with the largest probability, the first if there are
  /// several.
  ///
  /// - Parameters:
  ///   - probabilities: a row for each case, `[N, K]`.
  ///   - truths: the class of each case, or nil for a row that does not count.
  /// - Precondition: there is a truth a row, and every class is from 0 to below K.
  public mutating func add(probabilities: Tensor, truths: [Int?]) {
    precondition(
      probabilities.shape == [truths.count, classCount],
      "ClassificationMetrics: probabilities \(probabilities.shape) of \(truths.count) cases "
        + "and \(classCount) classes")
    let elements = probabilities.elements
    for (row, (prediction, truth)) in zip(probabilities.argmax(), truths).enumerated() {
      guard let truth else { continue }
      add(prediction: prediction, truth: truth)
      logarithms -= log(max(Double(elements[row * classCount + truth]), .ulpOfOne))
      addConfidence(Double(elements[row * classCount + prediction]), isRight: prediction == truth)
    }
  }

  private mutating func addConfidence(_ confidence: Double, isRight: Bool) {
    // Bins are closed above. What is no probability shows in the sums, not as a trap.
    let place = (confidence * Double(bins.count)).rounded(.up) - 1
    let last = bins.count - 1
    let index = place > 0 ? (place < Double(last) ? Int(place) : last) : 0
    bins[index].count += 1
    bins[index].hits += isRight ? 1 : 0
    bins[index].confidence += confidence
  }

  /// The scores of all cases so far.
  public var scores: ClassificationScores {
    let classes = confusion.indices.map { index in
      ClassScores(
        hits: confusion[index][index],
        predicted: confusion.reduce(0) { $0 + $1[index] },
        support: confusion[index].reduce(0, +))
    }
    let all = ClassScores.together(classes)
    let judged = bins.reduce(0) { $0 + $1.count }
    let reliability = bins.enumerated().map { index, bin in
      ReliabilityBin(
        lower: Double(index) / Double(bins.count), upper: Double(index + 1) / Double(bins.count),
        count: bin.count, confidence: bin.count > 0 ? bin.confidence / Double(bin.count) : nil,
        accuracy: bin.count > 0 ? Double(bin.hits) / Double(bin.count) : nil)
    }
    let distances = bins.reduce(0) { $0 + abs(Double($1.hits) - $1.confidence) }
    return ClassificationScores(
      count: all.support,
      accuracy: all.support > 0 ? all.recall : nil,
      macroF1: ClassScores.macroF1(classes.filter(\.isSeen)),
      microF1: all.support > 0 ? all.f1 : nil,
      classes: classes, confusion: confusion,
      crossEntropy: judged > 0 ? logarithms / Double(judged) : nil,
      expectedCalibrationError: judged > 0 ? distances / Double(judged) : nil,
      reliability: reliability)
  }
}
