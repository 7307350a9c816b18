import LembraData
import LembraTensor
import Testing

@Suite("A file of labelled texts that cannot be read")
struct LabelledTextErrorTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var text: String
    var file = "data.tsv"
    var options = LabelledTextOptions()
    var line: Int?
    var message: String
    var remedy: String
  }

  static let cases = [
    Case(
      testDescription: "is empty", text: "\n \n", message: "the file is empty", remedy: "a text"),
    Case(
      testDescription: "is empty and ought to be JSON", text: "\n", file: "data.jsonl",
      message: "the file is empty", remedy: "an object a line"),
    Case(
      testDescription: "has only a header", text: "\ntext\tlabel\n", line: 2,
      message: "column names and no rows", remedy: "at least one row"),
    Case(
      testDescription: "has a row with too few fields", text: "text\tlabel\na\tb\n\nc\n", line: 4,
      message: "1 field where the first has 2", remedy: "add the fields"),
    Case(
      testDescription: "has a row with too many fields", text: "text\tlabel\na\tb\tc\n", line: 2,
      message: "3 fields where the first has 2", remedy: "inside the text"),
    Case(
      testDescription: "has an empty text", text: "text\tlabel\na\tb\n \tb\n", line: 3,
      message: "no text in this row", remedy: "left out"),
    Case(
      testDescription: "has an empty label", text: "text\tlabel\na\t \n", line: 2,
      message: "no label for this text", remedy: "write its label"),
    Case(
      testDescription: "has no column of labels", text: "text\na\n", line: 1,
      message: "the file has one column", remedy: "with its labels"),
    Case(
      testDescription: "has columns without usual names", text: "a\tb\tc\n1\t2\t3\n",
      message: "which column holds the texts", remedy: "1 ('a', …), 2 ('b', …), 3 ('c', …)"),
    Case(
      testDescription: "has one usual name", text: "text\tb\tc\n1\t2\t3\n",
      message: "which column holds the labels", remedy: "name it with --label"),
    Case(
      testDescription: "has two columns of as many values", text: "a\tb\nc\td\n",
      message: "which column holds the texts", remedy: "--text"),
    Case(
      testDescription: "has all texts empty and left out", text: "text\tlabel\n \tx\n",
      options: LabelledTextOptions(skipsEmptyTexts: true), message: "no row of the file has a text",
      remedy: "with texts"),
    Case(
      testDescription: "is no JSON", text: "{\"text\": \"a\", \"label\": b}\n", file: "x.jsonl",
      line: 1, message: "this is no JSON value (byte 24 of the line)", remedy: "mend the JSON"),
    Case(
      testDescription: "is an array", text: "[{\"text\": \"a\"}]\n", file: "x.json", line: 1,
      message: "no JSON object (byte 1", remedy: "jq -c"),
    Case(
      testDescription: "has an object without the text",
      text: "{\"text\":\"a\",\"label\":1}\n{\"txt\":\"a\",\"label\":1}\n", file: "x.jsonl", line: 2,
      message: "no member 'text'; it has txt, label", remedy: "add the text"),
    Case(
      testDescription: "has an object without the label",
      text: "{\"text\":\"a\",\"label\":1}\n{\"text\":\"a\"}\n", file: "x.jsonl", line: 2,
      message: "no label for this text", remedy: "write its label"),
    Case(
      testDescription: "has a text that is none", text: "{\"text\":1,\"label\":1}\n",
      file: "x.jsonl", line: 1, message: "the text is no string", remedy: "quotation marks"),
    Case(
      testDescription: "has a label that is an object", text: "{\"text\":\"a\",\"label\":{}}\n",
      file: "x.jsonl", line: 1, message: "is no label", remedy: "a string, a number"),
    Case(
      testDescription: "has objects without usual names", text: "{\"a\":\"a\",\"b\":1}\n",
      file: "x.jsonl", line: 1, message: "which member of the objects holds the texts",
      remedy: "the members are a, b"),
  ]

  @Test("names the line and the remedy", arguments: cases)
  func named(example: Case) throws {
    let error = try lembraError {
      _ = try labelledTexts(example.text, file: example.file, example.options)
    }
    #expect(error.location.file == example.file)
    #expect(error.location.line == example.line)
    #expect(error.message.contains(example.message), "\(error)")
    #expect(error.remedy.contains(example.remedy), "\(error)")
  }

  @Test("lists the columns when one is missing", arguments: ["data.tsv", "data.jsonl"])
  func missingColumn(file: String) throws {
    let text =
      file == "data.tsv" ? "text\tlabel\na\tb\n" : "{\"text\":\"a\",\"label\":\"b\"}\n"
    for options in [
      LabelledTextOptions(textColumn: "texts"), LabelledTextOptions(labelColumn: "lable"),
    ] {
      let error = try lembraError { _ = try labelledTexts(text, file: file, options) }
      #expect(error.code == .notFound)
      #expect(error.remedy.contains("did you mean"), "\(error)")
      #expect(error.remedy.contains("text, label"), "\(error)")
    }
    guard file == "data.tsv" else { return }
    for number in ["0", "3", "-1"] {
      let options = LabelledTextOptions(textColumn: number)
      let error = try lembraError { _ = try labelledTexts(text, options) }
      #expect(error.remedy.contains("from 1 to 2"), "\(error)")
    }
    let twice = LabelledTextOptions(textColumn: "text", labelColumn: "1")
    #expect(
      try lembraError { _ = try labelledTexts(text, twice) }.message.contains(
        "as text and as label"))
  }

  @Test(
    "names the line and the byte that is no UTF-8",
    arguments: [("data.tsv", [0xE9, 0x20]), ("data.jsonl", [0x00]), ("data.csv", [0xC3, 0x28])])
  func invalidText(file: String, bytes: [UInt8]) throws {
    let error = try lembraError {
      let start = Array("text\tlabel\r\né\tb\r\nab".utf8)
      _ = try LabelledTexts(bytes: start + bytes + Array("\tb\r\n".utf8), file: file)
    }
    #expect(error.location == .init(file: file, line: 3))
    #expect(error.message.hasPrefix("byte 3 of this line "), "\(error)")
    #expect(error.remedy.contains("UTF-8"))
  }

  @Test(
    "says what the file is instead of text",
    arguments: [
      ([0xFF, 0xFE, 0x41, 0x00], "UTF-16"), ([0x1F, 0x8B, 0x08], "gzip"),
      ([0x50, 0x4B, 0x03, 0x04], "zip"),
    ] as [([UInt8], String)])
  func otherFiles(bytes: [UInt8], kind: String) throws {
    let error = try lembraError { _ = try LabelledTexts(bytes: bytes) }
    #expect(error.message.contains(kind))
  }

  @Test(
    "says what is wrong with its JSON, and where",
    arguments: [
      ("{", "name of a member", 2), ("{\"a\"", "a colon is missing", 5),
      ("{\"a\":1", "a comma or a closing brace", 7), ("{\"a\":", "ends too early", 6),
      ("{\"a\":[1", "a comma or a closing bracket", 8), ("{\"a\":\"b", "never closed", 8),
      ("{\"a\":\"\t\"}", "control character", 7), ("{\"a\":\"\\x\"}", "escape means nothing", 8),
      ("{\"a\":\"\\u12g4\"}", "four hexadecimal digits", 9),
      ("{\"a\":\"\\ud800\"}", "half of a surrogate pair", 13),
      ("{\"a\":01}", "a comma or a closing brace", 7), ("{\"a\":1.}", "a digit is missing", 8),
      ("{\"a\":1e}", "a digit is missing", 8), ("{\"a\":-}", "a digit is missing", 7),
      ("{} {}", "more than one", 4), ("{\"a\":+1}", "no JSON value", 6),
    ])
  func faults(text: String, reason: String, byte: Int) throws {
    let error = try lembraError { _ = try labelledTexts(text, file: "x.jsonl") }
    #expect(error.message.contains(reason), "\(error)")
    #expect(error.message.contains("(byte \(byte) of the line)"), "\(error)")
  }

  @Test("is no danger to the stack")
  func depth() throws {
    let text = "{\"text\":" + String(repeating: "[", count: 100_000)
    #expect(
      try lembraError { _ = try labelledTexts(text, file: "x.jsonl") }.message.contains("deep"))
  }

  /// Bytes of every kind must give texts or an error, and never a trap.
  @Test("never brings the program down", arguments: 0..<20)
  func anyBytes(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let alphabet = Array("\t\t\n\r ab\"\",:{}[]\\u0d8-1.e|é\u{FEFF}".utf8)
    for start in ["", "text\tlabel\n", "{\"text\":\"a\",\"label\":"] {
      for _ in 0..<100 {
        let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
          alphabet.randomElement(using: &generator) ?? 0
        }
        for isRequired in [false, true] {
          do throws(LembraError) {
            let options = LabelledTextOptions(requiresLabels: isRequired, skipsEmptyTexts: true)
            let texts = try LabelledTexts(bytes: Array(start.utf8) + bytes, options: options)
            #expect(texts.count > 0 && texts.labels.count == texts.count)
          } catch {
            #expect(!error.message.isEmpty && !error.remedy.isEmpty)
          }
        }
      }
    }
  }
}
