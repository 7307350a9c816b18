/// How well cases are labelled that each have any number of labels.
///
/// A score that is not defined, as all are when nothing was compared, is `nil`. Scores follow
/// scikit-learn.
public struct MultiLabelScores: Hashable, Codable, Sendable {
  /// The number of cases.
  public var count: Int

  /// The scores of each label.
  public var labels: [ClassScores]

  /// The mean F1 of all labels, each counting alike.
  public var macroF1: Double?

  /// F1 over the cases of all labels together.
  public var microF1: Double?

  /// The share of cases of which every label is right.
  public var subsetAccuracy: Double?

  /// The share of all labels of all cases that are wrong.
  public var hammingLoss: Double?
}
