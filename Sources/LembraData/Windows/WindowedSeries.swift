import LembraTensor

/// The windows of one part of a scaled series, each with the values to be forecast from it.
///
/// Dimension letters: C columns, of which the first K are targets, W rows of a window, H rows of the
/// horizon, N windows of a batch. A window is W successive rows; its answer is the targets of the H
/// rows after it, forecast at once. Windows are views: the series is stored once.
///
/// No window holds a row at or after the row its forecast begins with, so nothing of the future can
/// enter the past here; what else may leak is said at ``MissingValuePolicy`` and ``Scaler``.
public struct WindowedSeries: RandomAccessCollection, Sendable {
  /// One window and the rows it forecasts.
  public struct Window: Sendable {
    /// The rows of the input in the series.
    public let inputRows: Range<Int>
    /// The rows to be forecast.
    public let targetRows: Range<Int>
    /// The input, `[W, C]`, row by row.
    public let input: ArraySlice<Float>
  }

  /// The scaled values of the whole series, `[R, C]`, row by row.
  public let values: [Float]
  /// C, the number of columns.
  public let columnCount: Int
  /// K, the number of columns to be forecast.
  public let targetCount: Int
  /// W, the number of rows of a window.
  public let window: Int
  /// H, the number of rows forecast from a window.
  public let horizon: Int
  /// The rows with which a forecast may begin, one a window.
  public let origins: Range<Int>

  /// Creates the windows of the rows `part`; there are none when the part is too short.
  ///
  /// - Parameters:
  ///   - values: the scaled values of the whole series, `[R, C]`, row by row.
  ///   - columnCount: C.
  ///   - targetCount: K.
  ///   - part: the rows that forecasts may cover.
  ///   - window: W.
  ///   - horizon: H.
  ///   - context: whether windows lie inside the part or may begin before it.
  /// - Precondition: `values` fill whole rows, `part` lies within them, K is 1 to C, and W and H are
  ///   positive.
  public init(
    _ values: [Float], columnCount: Int, targetCount: Int, part: Range<Int>, window: Int,
    horizon: Int, context: WindowContext = .withinPart
  ) {
    precondition(
      columnCount > 0 && values.count % columnCount == 0
        && (1...columnCount).contains(targetCount),
      "\(values.count) values do not fit \(columnCount) columns with \(targetCount) targets")
    precondition(
      part.lowerBound >= 0 && part.upperBound <= values.count / columnCount,
      "rows \(part) are not all among \(values.count / columnCount)")
    precondition(
      window > 0 && horizon > 0, "a window of \(window) and a horizon of \(horizon) are no windows")
    self.values = values
    self.columnCount = columnCount
    self.targetCount = targetCount
    self.window = window
    self.horizon = horizon
    // Counted down from the end of the part, because a sum with a huge window could overflow.
    let last = part.upperBound - Swift.min(horizon, part.count + 1)
    let inputStart = context == .withinPart ? part.lowerBound : 0
    let room = last - inputStart
    let first = Swift.max(part.lowerBound, inputStart + Swift.min(window, Swift.max(room, 0) + 1))
    self.origins = first..<Swift.max(first, last + 1)
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { origins.count }

  /// The window at `position`, in order of time.
  ///
  /// - Precondition: `position` is that of a window.
  public subscript(position: Int) -> Window {
    precondition(indices.contains(position), "window \(position) is not one of \(count)")
    let origin = origins.lowerBound + position
    let inputRows = origin - window..<origin
    return Window(
      inputRows: inputRows, targetRows: origin..<origin + horizon,
      input: values[inputRows.lowerBound * columnCount..<inputRows.upperBound * columnCount])
  }

  /// The last rows of the series, `[W, C]`, from which its future is forecast.
  ///
  /// They are nothing when the series is shorter than a window.
  public var finalInput: ArraySlice<Float>? {
    let count = window.multipliedReportingOverflow(by: columnCount)
    guard !count.overflow, count.partialValue <= values.count else { return nil }
    return values.suffix(count.partialValue)
  }
}
