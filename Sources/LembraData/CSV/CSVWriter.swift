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
  /// A cell is quoted where reading it back would otherwise change it: when it holds a separator of
  /// any kind, a quotation mark or a line break, begins or ends with a blank, or is an empty row's
  /// only cell.
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
      || cell.utf8.contains { #",;|""#.utf8.contains($0) || [0x09, 0x0A, 0x0D].contains($0) }
  }
}
