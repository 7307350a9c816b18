import LembraTensor

/// The text of a CSV file, proven to be text.
struct CSVText {
  /// The text without a byte order mark, ending with a line break unless it is empty.
  let text: String
  /// Whether a quotation mark that opens a field is never followed by one that closes it.
  let hasUnclosedQuote: Bool

  init(_ bytes: [UInt8], file: String?) throws(LembraError) {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw LembraError(
        .invalidData, "the file is written in UTF-16", remedy: "save it as UTF-8",
        at: .init(file: file))
    }
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    guard let text = String(validating: body, as: UTF8.self), !body.contains(0) else {
      throw LembraError(
        .invalidData, "the file holds bytes that are no text in UTF-8",
        remedy: "save it in UTF-8, or export the sheet as CSV if this is a workbook",
        at: .init(file: file, line: Self.lineOfInvalidText(body)))
    }
    // The parser drops an empty last field that no line break follows.
    self.text = text.isEmpty || text.utf8.last == UInt8(ascii: "\n") ? text : text + "\n"
    // A field has two marks around it, and those inside are doubled.
    self.hasUnclosedQuote = body.count { $0 == UInt8(ascii: "\"") } % 2 == 1
  }

  private static func lineOfInvalidText(_ bytes: ArraySlice<UInt8>) -> Int {
    var line = 1
    var rest = bytes
    while !rest.isEmpty {
      let end = rest.firstIndex { $0 == 0x0A || $0 == 0x0D } ?? rest.endIndex
      let current = rest[..<end]
      guard String(validating: current, as: UTF8.self) != nil, !current.contains(0) else { break }
      rest = rest[end...]
      rest = rest.dropFirst(rest.starts(with: [0x0D, 0x0A]) ? 2 : 1)
      line += 1
    }
    return line
  }
}
