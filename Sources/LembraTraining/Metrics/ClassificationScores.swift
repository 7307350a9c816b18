/// How well cases are classified that are each of one class.
///
/// A score that is not defined, as all are when nothing was compared, is `nil`. Scores follow
/// scikit-learn where it has them.
public struct ClassificationScores: Hashable, Codable, Sendable {
  /// The number of cases.
  public var count: Int

  /// The share of cases that are right.
  public var accuracy: Double?

  /// The mean F1 of the classes that occur or were predicted, each counting alike.
  public var macroF1: Double?

  /// F1 over the cases of all classes together; with one class a case it is ``accuracy``.
  public var microF1: Double?

  /// The scores of each class.
  public var classes: [ClassScores]

  /// How often a case of each class, a row, was taken for each class, a column.
  public var confusion: [[Int]]

  /// The mean of `-log p` over the cases with probabilities, where `p` is that of the right class;
  /// a `p` below 2⁻⁵² counts as that.
  public var crossEntropy: Double?

  /// The mean distance of confidence and accuracy over the bins of ``reliability``, each counting
  /// as much as it has cases.
  ///
  /// Guo et al., "On calibration of modern neural networks", 2017.
  public var expectedCalibrationError: Double?

  /// The cases with probabilities by the probability of the class they were taken for.
  public var reliability: [ReliabilityBin]
}

/// The cases that were classified with about the same confidence.
public struct ReliabilityBin: Hashable, Codable, Sendable {
  /// The confidence above which the cases are; the first bin has those at 0 too.
  public var lower: Double

  /// The highest confidence of a case.
  public var upper: Double

  /// The number of cases.
  public var count: Int

  /// The mean confidence: the probability of the class that was chosen; `nil` without cases.
  public var confidence: Double?

  /// The share of cases that are right; `nil` without cases.
  public var accuracy: Double?
}
