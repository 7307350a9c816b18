import LembraTensor

/// Variables observed together at successive times, with no value missing.
///
/// The targets are what is forecast, and they are inputs of the forecast too; features are inputs
/// only. Dimension letters: R rows, C columns, of which the first K are targets.
public struct Series: Sendable {
  /// The names of the C columns, targets first.
  public let names: [String]

  /// K, the number of columns to be forecast.
  public let targetCount: Int

  /// R, the number of rows.
  public let rowCount: Int

  /// The values in the units of the file, `[R, C]`, row by row.
  public internal(set) var values: [Double]

  public let index: RowIndex?

  /// The values that were missing and have been filled.
  public let gaps: [Gap]

  public let missingValues: MissingValueReport

  /// The name of the file, for messages.
  public let file: String?

  /// The line of the file of each row; empty for a series that comes from no file.
  public let lines: [Int]

  public var columnCount: Int { names.count }

  public var targetNames: [String] { Array(names.prefix(targetCount)) }

  /// Creates a series from `values` `[R, C]`, row by row.
  ///
  /// - Precondition: `values` are finite and fill whole rows; `targetCount` is 1 to C.
  public init(
    names: [String], targetCount: Int, values: [Double], index: RowIndex? = nil
  ) {
    precondition(
      (1...max(1, names.count)).contains(targetCount) && values.count % max(1, names.count) == 0,
      "\(values.count) values and \(targetCount) targets do not fit \(names.count) columns")
    precondition(values.allSatisfy(\.isFinite), "a series holds a value that is not finite")
    let report = MissingValueReport(
      policy: .error, columns: names.map { .init(column: $0, missing: 0, filled: 0) },
      droppedRowCount: 0, breaksStep: false)
    self.init(
      names: names, targetCount: targetCount, values: values, index: index, gaps: [],
      missingValues: report, file: nil, lines: [])
  }

  init(
    names: [String], targetCount: Int, values: [Double], index: RowIndex?, gaps: [Gap],
    missingValues: MissingValueReport, file: String?, lines: [Int]
  ) {
    self.names = names
    self.targetCount = targetCount
    let rowCount = values.count / names.count
    precondition(
      index.map { $0.texts.count == rowCount } ?? true,
      "an index of \(index?.texts.count ?? 0) rows cannot name \(rowCount) rows")
    self.rowCount = rowCount
    self.values = values
    self.index = index
    self.gaps = gaps
    self.missingValues = missingValues
    self.file = file
    self.lines = lines
  }

  /// The values of one column, `[R]`.
  ///
  /// - Precondition: `position` is that of a column.
  public func column(_ position: Int) -> [Double] {
    precondition(names.indices.contains(position), "\(names.count) columns have no \(position)th")
    return stride(from: position, to: values.count, by: columnCount).map { values[$0] }
  }
}
