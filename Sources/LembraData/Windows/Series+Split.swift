public import LembraTensor

extension Series {
  /// Splits the series by time and takes back what interpolation let earlier parts know of later
  /// ones.
  ///
  /// A gap across a border, or up to it, was filled on a line towards a value of the later part. Its
  /// rows before the border repeat the last value before the gap instead. The parameters are those
  /// of ``Split/init(rowCount:validation:test:window:horizon:context:)``.
  ///
  /// - Returns: the series to go on with, and its parts.
  /// - Throws: `LembraError` when a part has no room for a window and its forecast.
  public func split(
    validation: Share = .none, test: Share, window: Int, horizon: Int,
    context: WindowContext = .withinPart
  ) throws(LembraError) -> (series: Series, split: Split) {
    let split: Split
    do {
      split = try Split(
        rowCount: rowCount, validation: validation, test: test, window: window, horizon: horizon,
        context: context)
    } catch {
      var error = error
      error.location.file = file
      throw error
    }
    guard missingValues.policy == .interpolate else { return (self, split) }
    var series = self
    for border in [split.validation.lowerBound, split.test.lowerBound] {
      // The value that a gap was drawn towards is that of the row after it.
      for gap in gaps where gap.rows.lowerBound < border && border <= gap.rows.upperBound {
        // A gap never begins at row 0: there would be nothing to fill it from.
        let last = series.values[(gap.rows.lowerBound - 1) * columnCount + gap.column]
        for row in gap.rows.lowerBound..<border {
          series.values[row * columnCount + gap.column] = last
        }
      }
    }
    return (series, split)
  }
}
