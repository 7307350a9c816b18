import LembraTensor

/// A table of results for a terminal (``TextTable``) or a page (``Page``).
///
///     var table = ReportTable(columns: [
///       .init("Model"), .init("MSE", unit: "°C²", best: .lowest), .init("Time"),
///     ])
///     table.append([.text("LSTM"), .mean(0.26, sd: 0.02), .duration(seconds: 1.2)])
public struct ReportTable: Hashable, Sendable {
  public struct Column: Hashable, Sendable {
    /// Which value of a column is the best one.
    public enum Best: Hashable, Sendable {
      case lowest
      case highest
    }

    public var title: String
    /// The unit of the values, written after the title in parentheses; empty for none.
    public var unit: String
    /// Whether and how the best value is marked.
    public var best: Best?

    public init(_ title: String, unit: String = "", best: Best? = nil) {
      self.title = title
      self.unit = unit
      self.best = best
    }

    package var heading: String { unit.isEmpty ? title : "\(title) (\(unit))" }
  }

  public enum Cell: Hashable, Sendable {
    case text(String)
    /// A number, with as many decimals as the others of its column.
    case number(Double)
    /// A mean and its standard deviation, with as many decimals as the others of its column.
    case mean(Double, sd: Double)
    /// A count, with commas between thousands.
    case integer(Int)
    case duration(seconds: Double)
    /// No value: a dash.
    case missing

    /// What the best value of a column is chosen by.
    var value: Double? {
      switch self {
      case .number(let value), .mean(let value, sd: _), .duration(let value):
        value.isFinite ? value : nil
      case .integer(let value): Double(value)
      case .text, .missing: nil
      }
    }

    var isText: Bool {
      if case .text = self { true } else { false }
    }
  }

  public let columns: [Column]
  public private(set) var rows: [[Cell]] = []
  /// What the table shows; empty for nothing.
  public var caption: String

  /// Traps when there is no column.
  public init(columns: [Column], caption: String = "") {
    precondition(!columns.isEmpty, "ReportTable: no columns")
    self.columns = columns
    self.caption = caption
  }

  /// Adds a row; traps when it has not one cell for each column.
  public mutating func append(_ row: [Cell]) {
    precondition(
      row.count == columns.count,
      "ReportTable.append: \(row.count) cells for \(columns.count) columns")
    rows.append(row)
  }
}

/// A column whose cells are written.
package struct WrittenColumn: Hashable, Sendable {
  package var heading: String
  package var cells: [String]
  /// Whether the column stands at its right end: all its cells are numbers.
  package var isNumeric: Bool
  /// The rows that hold the best value.
  package var best: Set<Int>
}

extension ReportTable {
  /// The columns as text, numbers of one column with the same decimals where that reads well.
  package var written: [WrittenColumn] {
    columns.indices.map { index in
      let cells = rows.map { $0[index] }
      let texts = ColumnWriter(cells).texts
      return WrittenColumn(
        heading: columns[index].heading, cells: texts,
        isNumeric: !cells.isEmpty && !cells.contains(where: \.isText)
          && cells.contains { $0 != .missing },
        best: ReportTable.best(columns[index].best, of: cells, texts))
    }
  }

  /// The rows that read the same as the best one, when there is a choice.
  private static func best(_ best: Column.Best?, of cells: [Cell], _ texts: [String]) -> Set<Int> {
    guard let best, cells.count > 1 else { return [] }
    let values = cells.compactMap(\.value)
    guard let value = best == .lowest ? values.min() : values.max() else { return [] }
    return Set(cells.indices.filter { cells[$0].value == value })
  }
}
