/// How a CSV file is to be read, where its reader should not find out by itself.
public struct CSVOptions: Hashable, Sendable {
  /// What stands between the fields of a row.
  public enum Separator: Character, Hashable, Sendable, CaseIterable {
    case comma = ","
    case semicolon = ";"
    case tab = "\t"
    case pipe = "|"
  }

  /// The choice of the column that names the rows.
  public enum Index: Hashable, Sendable {
    /// The first column, when it holds dates or times, or when its name is one of an index (`date`,
    /// `time`, `index`, `month`, …) and it holds labels or numbers that grow from row to row.
    case detected
    /// No column: the rows are only numbered.
    case none
    case column(String)
  }

  /// Found from the first lines when nil.
  public var separator: Separator?

  /// Found from all the numbers of the file when nil.
  public var decimalMark: DecimalMark?

  /// Whether the first line names the columns; they are called `column1`, `column2`, … otherwise.
  public var hasHeader: Bool

  public var index: Index

  /// The order of day and month in dates such as `01/02/2020`, found from the column when nil.
  public var dateOrder: DateOrder?

  /// Cells that mean "no value" in this file, such as `-999`, besides ``missingTexts``.
  public var additionalMissingTexts: Set<String>

  public init(
    separator: Separator? = nil, decimalMark: DecimalMark? = nil, hasHeader: Bool = true,
    index: Index = .detected, dateOrder: DateOrder? = nil,
    additionalMissingTexts: Set<String> = []
  ) {
    self.separator = separator
    self.decimalMark = decimalMark
    self.hasHeader = hasHeader
    self.index = index
    self.dateOrder = dateOrder
    self.additionalMissingTexts = additionalMissingTexts
  }

  /// Cells that mean "no value" in every file, in lower case; capitals make no difference.
  ///
  /// A lone dash, question mark or full stop is how statistical offices, the UCI repository and
  /// FRED mark a gap.
  public static let missingTexts: Set<String> = [
    "", "na", "n/a", "#n/a", "<na>", "nan", "-nan", "null", "none", "-", "?", ".",
  ]

  /// Whether `cell`, without blanks around it, stands for a value that is missing.
  func isMissing(_ cell: String) -> Bool {
    guard !cell.isEmpty else { return true }
    if !additionalMissingTexts.isEmpty, additionalMissingTexts.contains(cell) { return true }
    // Nearly every cell begins with a digit or is longer than any of these texts.
    if cell.utf8.count > 4 || cell.utf8.first.map({ (0x30...0x39).contains($0) }) == true {
      return false
    }
    return Self.missingTexts.contains(cell.lowercased())
  }
}
