/// Writes rows of cells as CSV.
public struct CSVWriter: Sendable {
  /// The text so far; every row ends with a line feed.
  public private(set) var text = ""

  private let separator: Character

  public init(separator: CSVOptions.Separator = .comma) {
    self.separator = separator.rawValue
  }

  /// Appends a row.
  ///
  /// A cell is quoted where reading it back with this separator would otherwise change it: when it
  /// holds the separator, a quotation mark or a line break, begins or ends with a blank, or is an
  /// empty row's only cell.
  public mutating func append(_ row: some Collection<String>) {
    var isFirst = true
    for cell in row {
      if !isFirst { text.append(separator) }
      isFirst = false
      if needsQuotes(cell) || (cell.isEmpty && row.count == 1) {
        text +=
          "\""
          + cell.split(separator: "\"", omittingEmptySubsequences: false)
          .joined(separator: "\"\"") + "\""
      } else {
        text += cell
      }
    }
    text += "\n"
  }

  private func needsQuotes(_ cell: String) -> Bool {
    guard let first = cell.first, let last = cell.last else { return false }
    return first.isWhitespace || last.isWhitespace
      || cell.unicodeScalars.contains { scalar in
        separator.unicodeScalars.contains(scalar) || ["\"", "\n", "\r"].contains(scalar)
      }
  }
}
