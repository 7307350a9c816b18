/// How well one class, or one label, is recognised.
///
/// A quotient without anything to divide by is 0: the precision of a class that is never predicted,
/// the recall of one that never occurs.
public struct ClassScores: Hashable, Codable, Sendable {
  /// The number of cases that are of the class and were taken for it.
  public var hits: Int

  /// The number of cases that were taken for the class.
  public var predicted: Int

  /// The number of cases that are of the class.
  public var support: Int

  /// The share of those taken for the class that are of it, `hits / predicted`.
  public var precision: Double

  /// The share of those of the class that were taken for it, `hits / support`.
  public var recall: Double

  /// The harmonic mean of both, `2 hits / (predicted + support)`.
  public var f1: Double

  /// Scores from what was counted.
  public init(hits: Int, predicted: Int, support: Int) {
    func share(_ part: Int, of whole: Int) -> Double {
      whole == 0 ? 0 : Double(part) / Double(whole)
    }
    self.hits = hits
    self.predicted = predicted
    self.support = support
    precision = share(hits, of: predicted)
    recall = share(hits, of: support)
    f1 = share(2 * hits, of: predicted + support)
  }

  /// Whether the class occurs or was predicted.
  var isSeen: Bool { predicted > 0 || support > 0 }

  /// The scores of all cases of several classes together.
  static func together(_ classes: [ClassScores]) -> ClassScores {
    ClassScores(
      hits: classes.reduce(0) { $0 + $1.hits },
      predicted: classes.reduce(0) { $0 + $1.predicted },
      support: classes.reduce(0) { $0 + $1.support })
  }

  /// The mean of the classes' F1, `nil` when there are none.
  static func macroF1(_ classes: [ClassScores]) -> Double? {
    classes.isEmpty ? nil : classes.reduce(0) { $0 + $1.f1 } / Double(classes.count)
  }
}
