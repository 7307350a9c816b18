/// A column of a ``TextTable`` at some width.
struct TextColumn {
  private(set) var heading: [String]
  private(set) var cells: [String]
  let isNumeric: Bool
  let marksBest: Bool
  private(set) var width: Int

  /// The column at its full width, with a mark after its best values.
  init(_ column: WrittenColumn) {
    let best = column.best
    heading = [column.heading.onOneLine]
    cells = column.cells.enumerated().map { row, cell in
      cell.onOneLine + (best.isEmpty ? "" : best.contains(row) ? "*" : " ")
    }
    isNumeric = column.isNumeric
    marksBest = !best.isEmpty
    width = 0
    width = max(bodyWidth, heading[0].displayWidth)
  }

  /// The width of the widest cell, or of the heading's widest word where that is more.
  var bodyWidth: Int {
    let words = heading.flatMap { $0.split(separator: " ") }
    return (cells.map(\.displayWidth) + words.map(\.displayWidth)).max() ?? 0
  }

  /// This column in at most `limit` columns of the terminal.
  func fitted(to limit: Int) -> TextColumn {
    guard width > limit else { return self }
    var result = self
    result.heading = heading.flatMap { TextColumn.wrapped($0, to: limit) }
    result.cells = cells.map { $0.shortened(toDisplayWidth: limit) }
    result.width = (result.heading + result.cells).map(\.displayWidth).max() ?? 0
    return result
  }

  /// `text` with spaces to this column's width.
  func aligned(_ text: String) -> String {
    let spaces = String(repeating: " ", count: max(0, width - text.displayWidth))
    return isNumeric ? spaces + text : text + spaces
  }

  /// `text` in lines of at most `width` columns, broken at spaces; longer words are shortened.
  static func wrapped(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      let short = word.shortened(toDisplayWidth: width)
      if let last = lines.last, (last + " " + short).displayWidth <= width {
        lines[lines.count - 1] += " " + short
      } else {
        lines.append(short)
      }
    }
    return lines.isEmpty ? [""] : lines
  }
}
