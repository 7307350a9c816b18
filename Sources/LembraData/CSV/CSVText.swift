/// The text of a CSV file.
struct CSVText {
  /// The text, ending with a line break unless it is empty.
  let text: String
  /// Whether a quotation mark that opens a field is never followed by one that closes it.
  let hasUnclosedQuote: Bool

  init(_ bytes: TextBytes) {
    let text = bytes.text(bytes.bytes.indices)
    // The parser drops an empty last field that no line break follows.
    self.text = text.isEmpty || text.utf8.last == UInt8(ascii: "\n") ? text : text + "\n"
    // A field has two marks around it, and those inside are doubled.
    self.hasUnclosedQuote = bytes.bytes.count { $0 == UInt8(ascii: "\"") } % 2 == 1
  }
}
