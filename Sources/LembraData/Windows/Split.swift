public import LembraTensor

/// Where the windows of a part may begin.
public enum WindowContext: String, Hashable, Sendable, CaseIterable, Codable {
  /// Windows lie inside their part: the first rows of the test part are only context, and no row is
  /// an input of one part and of another. This is the usual protocol of lectures.
  case withinPart = "within-part"
  /// Windows of validation and test may begin in the part before, so that every row is forecast.
  /// Nothing leaks: what is carried over lies before the forecast, and would be known then.
  case carried
}

/// The rows of a series in order of time: to learn from, to choose by, and to judge by.
public struct Split: Hashable, Sendable {
  public let training: Range<Int>
  public let validation: Range<Int>
  public let test: Range<Int>
  public let context: WindowContext

  /// Splits `rowCount` rows, the test part last and the validation part before it; percentages are
  /// of all rows.
  ///
  /// - Parameters:
  ///   - rowCount: the rows of the series.
  ///   - validation: the rows to choose by, possibly none.
  ///   - test: the rows to judge by, possibly none.
  ///   - window: the rows that a forecast is made from.
  ///   - horizon: the rows that it is made for.
  ///   - context: where the windows of validation and test may begin.
  /// - Throws: `LembraError` when a part other than an empty one has no room for a window and its
  ///   forecast.
  public init(
    rowCount: Int, validation: Share = .none, test: Share, window: Int, horizon: Int,
    context: WindowContext = .withinPart
  ) throws(LembraError) {
    try Self.checkPositive(window, "window")
    try Self.checkPositive(horizon, "horizon")
    let heldBack = test.count(of: rowCount).addingReportingOverflow(validation.count(of: rowCount))
    guard !heldBack.overflow, heldBack.partialValue < rowCount else {
      throw LembraError(
        .invalidOption,
        "\(test) is held back for the test and \(validation) for validation, and the series has "
          + counted(rowCount, "row"),
        remedy: "hold back less", at: .init(name: "test"))
    }
    let testCount = min(test.count(of: rowCount), rowCount)
    let validationCount = min(validation.count(of: rowCount), rowCount - testCount)
    let testStart = rowCount - testCount
    let validationStart = testStart - validationCount
    self.training = 0..<validationStart
    self.validation = validationStart..<testStart
    self.test = testStart..<rowCount
    self.context = context

    let others = [("validation", self.validation, context), ("test", self.test, context)]
    let parts =
      [("training", training, WindowContext.withinPart)] + others.filter { !$0.1.isEmpty }
    for (name, rows, context) in parts {
      // Taken from the rows, since a sum with a huge window could overflow.
      let free = rows.count - min(horizon, rows.count + 1)
      guard free < (context == .withinPart ? window : 0) else { continue }
      throw LembraError(
        .invalidOption,
        "of \(counted(rowCount, "row")), the \(name) part has \(rows.count), too few for a window of "
          + "\(window) and a horizon of \(horizon)",
        remedy: Self.remedy(name, context),
        at: .init(name: name))
    }
  }

  private static func checkPositive(_ count: Int, _ name: String) throws(LembraError) {
    guard count < 1 else { return }
    throw LembraError(
      .invalidOption, "a \(name) of \(count) rows is none", remedy: "choose 1 or more",
      at: .init(name: name))
  }

  private static func remedy(_ part: String, _ context: WindowContext) -> String {
    if part == "training" {
      return "give more data, a shorter window or horizon, or smaller other parts"
    }
    return context == .carried
      ? "make the part larger or the horizon shorter"
      : "make the part larger, the window or the horizon shorter, or let windows begin in the part "
        + "before (--context carried)"
  }
}
