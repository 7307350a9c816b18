/// A table as plain text for a terminal of a given width.
///
/// Numbers stand at the right, the best value of a column has a `*` after it. Columns that do not
/// fit beside each other have their headings broken at spaces, then go into a second block below
/// that repeats the first column; only a column that would not fit alone is shortened with `…`.
/// Widths are counted in columns of the terminal: a CJK character takes two.
public struct TextTable: CustomStringConvertible, Sendable {
  /// The table without a line feed at its end.
  public let description: String

  /// Writes `table` with lines of at most `width` columns; less than 8 count as 8.
  public init(_ table: ReportTable, width: Int = 80) {
    let width = max(width, 8)
    let columns = table.written.map(TextColumn.init)
    var blocks = TextTable.blocks(columns, width: width).map(TextTable.lines)
    if !table.caption.isEmpty {
      blocks.insert(TextColumn.wrapped(table.caption.onOneLine, to: width), at: 0)
    }
    if columns.contains(where: \.marksBest) {
      blocks.append(TextColumn.wrapped("* best of its column", to: width))
    }
    description = blocks.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  static let gap = "  "

  /// Columns side by side, in as many groups as the width asks for.
  private static func blocks(_ columns: [TextColumn], width: Int) -> [[TextColumn]] {
    let whole = columns.map { $0.fitted(to: .max) }
    if total(whole) <= width { return [whole] }
    let narrow = columns.map { $0.fitted(to: $0.bodyWidth) }
    if total(narrow) <= width { return [widened(narrow, columns, width: width)] }
    guard narrow.count > 1 else { return [[columns[0].fitted(to: width)]] }

    let others = narrow.dropFirst()
    let widest = others.map(\.width).max() ?? 0
    let keyRoom = max(width - gap.count - widest, (width - gap.count) / 2)
    let key = columns[0].fitted(to: min(keyRoom, max(columns[0].bodyWidth, 1)))
    let room = width - gap.count - key.width
    var blocks: [[TextColumn]] = []
    for column in columns.dropFirst() {
      let fitted = column.fitted(to: min(column.bodyWidth, room))
      if let last = blocks.last, total(last + [fitted]) <= width {
        blocks[blocks.count - 1].append(fitted)
      } else {
        blocks.append([key, fitted])
      }
    }
    return blocks
  }

  /// Gives room that is left back to headings, from the left.
  private static func widened(
    _ narrow: [TextColumn], _ columns: [TextColumn], width: Int
  ) -> [TextColumn] {
    var room = width - total(narrow)
    return zip(narrow, columns).map { narrow, column in
      let whole = column.fitted(to: .max)
      guard whole.width - narrow.width <= room else { return narrow }
      room -= whole.width - narrow.width
      return whole
    }
  }

  private static func total(_ columns: [TextColumn]) -> Int {
    columns.reduce(0) { $0 + $1.width } + gap.count * (columns.count - 1)
  }

  private static func lines(_ block: [TextColumn]) -> [String] {
    let height = block.map(\.heading.count).max() ?? 0
    let headings = (0..<height).map { line in
      block.map { column in
        let index = line - (height - column.heading.count)
        return column.aligned(index < 0 ? "" : column.heading[index])
      }
    }
    let rule = block.map { String(repeating: "─", count: $0.width) }
    let rows = (block.first?.cells.indices ?? 0..<0).map { row in
      block.map { $0.aligned($0.cells[row]) }
    }
    return (headings + [rule] + rows).map { cells in
      let line = cells.joined(separator: gap)
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }
}
