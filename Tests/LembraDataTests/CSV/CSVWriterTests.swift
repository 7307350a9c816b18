import LembraData
import Testing

@Suite("Writing CSV")
struct CSVWriterTests {
  @Test("quotes what reading back would change, and nothing else")
  func quoting() {
    var writer = CSVWriter()
    writer.append(["date", "a,b", "say \"x\"", "two\nlines", " blank", "plain text", "", "1.5"])
    #expect(
      writer.text
        == "date,\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\" blank\",plain text,,1.5\n")
  }

  @Test(
    "quotes its own separator and no other",
    arguments: [
      (CSVOptions.Separator.comma, "\"a,b\",c;d,e|f,g\th\n"),
      (.semicolon, "a,b;\"c;d\";e|f;g\th\n"),
      (.pipe, "a,b|c;d|\"e|f\"|g\th\n"), (.tab, "a,b\tc;d\te|f\t\"g\th\"\n"),
    ])
  func ownSeparator(separator: CSVOptions.Separator, text: String) {
    var writer = CSVWriter(separator: separator)
    writer.append(["a,b", "c;d", "e|f", "g\th"])
    #expect(writer.text == text)
  }

  @Test("quotes a line break of two characters")
  func carriageReturn() {
    var writer = CSVWriter()
    writer.append(["a\r\nb", "c\rd"])
    #expect(writer.text == "\"a\r\nb\",\"c\rd\"\n")
  }

  #if CSV
    @Test("gives what reading takes", arguments: CSVOptions.Separator.allCases)
    func roundTrip(separator: CSVOptions.Separator) throws {
      var generator = SplitMix64(seed: 7)
      let alphabet = Array("ab ,;|\t\"\nü")
      let cells = (0..<60).map { _ in
        "q" + String((0..<8).map { _ in alphabet[Int.random(in: 0..<9, using: &generator)] }) + "q"
      }
      var writer = CSVWriter(separator: separator)
      writer.append(["x", "y", "z"])
      for row in 0..<20 { writer.append(cells[3 * row..<3 * row + 3]) }
      let table = try table(writer.text, CSVOptions(separator: separator))
      for (column, values) in table.columns.enumerated() {
        guard case .text(let read) = values.values else {
          Issue.record("column \(column) holds text")
          continue
        }
        let written = stride(from: column, to: 60, by: 3).map { Optional(cells[$0]) }
        #expect(read == written)
      }
    }
  #endif
}
