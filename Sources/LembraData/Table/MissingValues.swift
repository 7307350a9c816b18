/// What to do about values that are missing.
public enum MissingValuePolicy: String, Hashable, Sendable, CaseIterable, Codable {
  /// Refuse the table, saying how many values are missing and where.
  case error
  /// Leave out every row with a missing value. The rows around it become neighbours, so the step of
  /// the index is no longer the same everywhere.
  case drop
  /// Repeat the last value before the gap. Nothing of the future enters the past.
  case forwardFill = "forward-fill"
  /// Draw a straight line between the values around the gap, by row; a gap at the end repeats the
  /// last value.
  ///
  /// The filled values know the value after the gap. Across the border between two parts of a
  /// split this is undone (``Series/split(validation:test:window:horizon:context:)``), but a
  /// forecast that starts inside a gap is flattered: prefer `forwardFill` where gaps are long.
  case interpolate
}

/// What was done about the missing values of a series.
public struct MissingValueReport: Hashable, Sendable, Codable {
  public struct ColumnCount: Hashable, Sendable, Codable {
    public let column: String
    /// The values that were missing in the rows of the file.
    public let missing: Int
    /// The values of these that were filled; the others went with their rows.
    public let filled: Int
  }

  public let policy: MissingValuePolicy

  /// One entry a column, targets first.
  public let columns: [ColumnCount]

  /// The rows left out: with `drop`, all with a missing value; with a fill, those before every
  /// column has its first value, because there is nothing to fill them from but the future.
  public let droppedRowCount: Int

  /// Whether leaving out rows made the step of the index uneven.
  public let breaksStep: Bool

  /// The number of missing values in all columns.
  public var missingCount: Int { columns.reduce(0) { $0 + $1.missing } }
}

extension MissingValueReport: CustomStringConvertible {
  /// What was missing and what became of it, in one line: `5 values missing (4 in x, 1 in y), 4 of
  /// them filled (forward-fill), 1 row left out`.
  public var description: String {
    guard missingCount > 0 else { return "no values missing" }
    let places = columns.filter { $0.missing > 0 }.map { "\($0.missing) in \($0.column)" }
    var text = counted(missingCount, "value") + " missing (\(listed(places)))"
    let filledCount = columns.reduce(0) { $0 + $1.filled }
    if filledCount > 0 { text += ", \(filledCount) of them filled (\(policy.rawValue))" }
    if droppedRowCount > 0 { text += ", \(counted(droppedRowCount, "row")) left out" }
    return breaksStep ? text + ", which makes the step of the rows uneven" : text
  }
}

/// A run of rows of one column whose values were missing and have been filled.
public struct Gap: Hashable, Sendable {
  /// The position of the column in the series.
  public let column: Int
  public let rows: Range<Int>
}

/// Columns of numbers in which missing values are being treated.
struct GapFiller {
  let policy: MissingValuePolicy
  /// The rows of the table that stay.
  private(set) var keptRows: [Int]
  /// The values of the rows that stay, filled.
  private(set) var columns: [[Double]] = []
  private(set) var gaps: [Gap] = []

  /// - Precondition: every column has a value somewhere, and the policy is not `error` unless none
  ///   is missing.
  init(_ table: [[Double?]], policy: MissingValuePolicy) {
    self.policy = policy
    let rowCount = table.first?.count ?? 0
    switch policy {
    case .drop, .error:
      keptRows = (0..<rowCount).filter { row in table.allSatisfy { $0[row] != nil } }
      columns = table.map { column in keptRows.compactMap { column[$0] } }
    case .forwardFill, .interpolate:
      let start = table.reduce(0) { max($0, $1.firstIndex { $0 != nil } ?? rowCount) }
      keptRows = Array(start..<rowCount)
      for column in table { fill(column[start...]) }
    }
  }

  private mutating func fill(_ column: ArraySlice<Double?>) {
    var values: [Double] = []
    values.reserveCapacity(column.count)
    var rest = column
    while !rest.isEmpty {
      let known = rest.prefix { $0 != nil }
      values += known.compactMap { $0 }
      rest = rest[known.endIndex...]
      let gap = rest.prefix { $0 == nil }
      rest = rest[gap.endIndex...]
      guard !gap.isEmpty, let before = values.last else { continue }
      gaps.append(Gap(column: columns.count, rows: values.count..<values.count + gap.count))
      let after = policy == .interpolate ? rest.first.flatMap { $0 } : nil
      for position in 1...gap.count {
        let fraction = Double(position) / Double(gap.count + 1)
        values.append(before + ((after ?? before) - before) * fraction)
      }
    }
    columns.append(values)
  }
}
