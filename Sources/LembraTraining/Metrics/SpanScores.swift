/// How many spans were found, and how many of them are right.
///
/// A share of nothing is 0, as the script `conlleval` has it.
public struct SpanScores: Hashable, Codable, Sendable {
  /// The spans that were predicted with the right tokens and the right type.
  public var correct: Int

  /// The spans that were predicted.
  public var predicted: Int

  /// The spans that there are in truth.
  public var gold: Int

  public init(correct: Int = 0, predicted: Int = 0, gold: Int = 0) {
    self.correct = correct
    self.predicted = predicted
    self.gold = gold
  }

  /// The share of the predicted spans that are right, from 0 to 1.
  public var precision: Double { Self.share(correct, of: predicted) }

  /// The share of the true spans that were found, from 0 to 1.
  public var recall: Double { Self.share(correct, of: gold) }

  /// The harmonic mean of precision and recall, `2 P R / (P + R)`.
  public var f1: Double { Self.share(2 * correct, of: predicted + gold) }

  private static func share(_ part: Int, of whole: Int) -> Double {
    whole > 0 ? Double(part) / Double(whole) : 0
  }
}
