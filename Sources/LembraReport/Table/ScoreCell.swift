import LembraModels

extension ReportTable.Cell {
  /// A score over several runs.
  ///
  /// - Parameters:
  ///   - spread: the score of each run; nil where it is not defined.
  ///   - isCompact: whether there is little room: only the leading score has its deviation then, and
  ///     the others have few digits.
  ///   - isLeading: whether this is the score that models are ranked by.
  ///   - digits: the significant digits of a score with little room.
  /// - Returns: the mean, with the deviation where there is one to show.
  static func score(
    _ spread: Spread?, isCompact: Bool, isLeading: Bool, digits: Int = 3
  ) -> ReportTable.Cell {
    guard let spread else { return .missing }
    if spread.values.count > 1, isLeading || !isCompact {
      return .mean(spread.mean, sd: spread.sd)
    }
    return .number(isCompact ? spread.mean.rounded(toSignificant: digits) : spread.mean)
  }
}

extension Double {
  /// The nearest number of so many decimal digits; digits before the point are kept.
  fileprivate func rounded(toSignificant count: Int) -> Double {
    guard isFinite else { return self }
    var digits = DecimalDigits(self)
    digits.round(toDecimals: Swift.max(0, count - 1 - digits.magnitude))
    return Double(digits.plain(decimals: Swift.max(0, digits.decimals), grouped: false)) ?? self
  }
}
