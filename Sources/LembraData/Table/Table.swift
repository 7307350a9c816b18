public import LembraTensor

/// One column of a table.
public struct Column: Sendable {
  public enum Values: Sendable {
    /// Numbers, with nothing where a value is missing.
    case numbers([Double?])
    /// Text, with nothing where a value is missing.
    case text([String?])
  }

  public let name: String
  public let values: Values

  public init(name: String, values: Values) {
    self.name = name
    self.values = values
  }

  var count: Int {
    switch values {
    case .numbers(let numbers): numbers.count
    case .text(let cells): cells.count
    }
  }
}

/// Named columns of equal length, each of numbers or of text, as a file holds them.
///
/// Missing values stay missing. Columns that are not asked for may hold anything.
public struct Table: Sendable {
  /// The columns in the order of the file, without the index.
  public let columns: [Column]

  public let index: RowIndex?

  public let rowCount: Int

  /// The name of the file, for messages.
  public let file: String?

  /// The line of the file on which each row begins; empty for a table that comes from no file.
  public let lines: [Int]

  /// The decimal mark of the file's numbers.
  public let decimalMark: DecimalMark

  /// What the reader assumed and the user may want to know, each a sentence without a full stop.
  public let remarks: [String]

  /// - Precondition: the columns, the index and the lines have the same number of rows, and no two
  ///   columns have the same name.
  public init(
    columns: [Column], index: RowIndex? = nil, file: String? = nil, lines: [Int] = [],
    decimalMark: DecimalMark = .point, remarks: [String] = []
  ) {
    let rowCount = index?.texts.count ?? columns.first?.count ?? 0
    precondition(
      columns.allSatisfy { $0.count == rowCount } && (lines.isEmpty || lines.count == rowCount),
      "the columns of a table with \(rowCount) rows have \(columns.map(\.count)) rows")
    precondition(
      Set(columns.map(\.name)).count == columns.count,
      "the columns \(columns.map(\.name)) of a table share a name")
    self.columns = columns
    self.index = index
    self.rowCount = rowCount
    self.file = file
    self.lines = lines
    self.decimalMark = decimalMark
    self.remarks = remarks
  }

  /// The names of the columns that hold nothing but numbers and missing values.
  public var numericColumnNames: [String] {
    columns.compactMap { column in
      if case .numbers = column.values { column.name } else { nil }
    }
  }

  /// Returns the numbers of a column, with nothing where a value is missing.
  ///
  /// - Throws: `LembraError` when there is no such column (the message offers the nearest name), or
  ///   naming the line of the first cell that is no number or no finite `Float`.
  public func numbers(inColumn name: String) throws(LembraError) -> [Double?] {
    switch try column(named: name).values {
    case .numbers(let numbers):
      if let row = numbers.firstIndex(where: { !isFiniteFloat($0) }) {
        throw LembraError(
          .invalidData, "the value is infinite or larger than \(Float.greatestFiniteMagnitude)",
          remedy: "mend it, or leave the cell empty if the value is missing",
          at: place(row: row, column: name))
      }
      return numbers
    case .text(let cells): throw notNumeric(name, cells)
    }
  }

  private func isFiniteFloat(_ number: Double?) -> Bool {
    number.map { Float($0).isFinite } ?? true
  }

  private func notNumeric(_ name: String, _ cells: [String?]) -> LembraError {
    let row = cells.firstIndex { $0.map { decimalMark.number($0) == nil } ?? false } ?? 0
    let cell = cells.isEmpty ? "" : cells[row] ?? ""
    let other: DecimalMark = decimalMark == .point ? .comma : .point
    return LembraError(
      .invalidData, "\(quoted(cell)) is not a number",
      remedy: other.number(cell) != nil
        ? "write it with a decimal \(decimalMark.rawValue), as the other numbers of the file"
        : "mend the cell, leave it empty if the value is missing, or leave the column out",
      at: place(row: row, column: name))
  }

  private func column(named name: String) throws(LembraError) -> Column {
    if let column = columns.first(where: { $0.name == name }) { return column }
    guard name != index?.name else {
      throw LembraError(
        .invalidOption, "this column is the index of the rows and no value to learn from",
        remedy: "choose among \(listed(columns.map(\.name))), or another index or none",
        at: .init(file: file, column: name))
    }
    throw .missingColumn(name, among: columns.map(\.name), file: file)
  }

  /// Where a row of the table stands in its file.
  func place(row: Int?, column: String? = nil) -> LembraError.Location {
    let line = row.flatMap { lines.isEmpty ? nil : lines[$0] }
    return .init(file: file, line: line, column: column)
  }
}
