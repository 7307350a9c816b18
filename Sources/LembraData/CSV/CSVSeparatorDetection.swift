extension CSVOptions.Separator {
  /// Finds the separator from the first lines of `text`.
  ///
  /// It is the one that the header has and that most of the next lines have equally often, the
  /// more frequent of two. A comma is taken where the header has none.
  static func detected(in text: String) -> CSVOptions.Separator {
    let lines = separatorCounts(in: text, lineLimit: 32)
    guard let header = lines.first else { return .comma }
    let candidates = allCases.filter { header[$0, default: 0] > 0 }
    func score(_ separator: CSVOptions.Separator) -> (Int, Int) {
      let agreeing = lines.count { $0[separator] == header[separator] }
      return (agreeing, header[separator, default: 0])
    }
    // `max` takes the last of equals, and the comma is the likeliest.
    return candidates.reversed().max { score($0) < score($1) } ?? .comma
  }

  /// How often each separator stands outside quotation marks, for the first lines with any text.
  private static func separatorCounts(
    in text: String, lineLimit: Int
  ) -> [[CSVOptions.Separator: Int]] {
    let separators = Dictionary(
      uniqueKeysWithValues: allCases.compactMap { separator in
        separator.rawValue.asciiValue.map { ($0, separator) }
      })
    var lines: [[CSVOptions.Separator: Int]] = []
    var counts: [CSVOptions.Separator: Int] = [:]
    var isQuoted = false
    var isBlank = true
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""):
        isQuoted.toggle()
        isBlank = false
      case 0x0A where !isQuoted, 0x0D where !isQuoted:
        if !isBlank { lines.append(counts) }
        if lines.count == lineLimit { return lines }
        counts = [:]
        isBlank = true
      default:
        guard !isQuoted else { continue }
        if byte != UInt8(ascii: " ") { isBlank = false }
        if let separator = separators[byte] { counts[separator, default: 0] += 1 }
      }
    }
    return isBlank ? lines : lines + [counts]
  }
}
