import LembraData
import LembraTensor
import Testing

@Suite("A file of sentences that cannot be read")
struct TaggedSentenceErrorTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var text: String
    var options = TaggedSentenceOptions()
    var line: Int?
    var message: String
    var remedy: String
  }

  static let cases = [
    Case(
      testDescription: "is empty", text: "\n -\t\n".replacing("-", with: ""),
      message: "holds no sentence", remedy: "a word and its tag a line"),
    Case(
      testDescription: "is empty plain text", text: "\n",
      options: TaggedSentenceOptions(format: .plain, tags: .none), message: "holds no sentence",
      remedy: "a sentence a line"),
    Case(
      testDescription: "has a line without a tag", text: "a A x\nb B\n", line: 2,
      message: "2 columns, and the tags are in column 2 from 0", remedy: "mend the line"),
    Case(
      testDescription: "has a line without a feature", text: "a x A\nb x\n",
      options: TaggedSentenceOptions(featureColumns: [2], tagColumn: 1), line: 2,
      message: "the features are in column 2", remedy: "--features"),
    Case(
      testDescription: "has no such column", text: "a x\n",
      options: TaggedSentenceOptions(wordColumn: 4, tagColumn: 0), line: 1,
      message: "the words are in column 4", remedy: "--word"),
    Case(
      testDescription: "has a line with more columns than the first", text: "a x\n\nb c y\n",
      line: 3, message: "3 columns where the first has 2", remedy: "--tag"),
    Case(
      testDescription: "mixes tabs and blanks", text: "a\tx\nb y\n", line: 2,
      message: "1 column", remedy: "separated by tabs, as those of the first"),
    Case(
      testDescription: "has an empty word", text: "a\tx\n\ty\n", line: 2,
      message: "the word in column 0 is empty", remedy: "remove the line"),
    Case(
      testDescription: "has an empty tag", text: "a\tx\tA\nb\t\tB\n",
      options: TaggedSentenceOptions(tagColumn: 1), line: 2,
      message: "the tag in column 1 is empty", remedy: "write the tag"),
    Case(
      testDescription: "has one column", text: "a\nb\n", line: 1,
      message: "the file has one column", remedy: "--tag"),
    Case(
      testDescription: "has the tag for a feature", text: "a x\n",
      options: TaggedSentenceOptions(featureColumns: [1]), line: 1,
      message: "column 1 is asked for as tag and as feature", remedy: "by number from 0"),
    Case(
      testDescription: "has the tag for the word", text: "a x\n",
      options: TaggedSentenceOptions(tagColumn: 0, tags: .ifPresent), line: 1,
      message: "column 0 is asked for as tag and as word", remedy: "--word"),
    Case(
      testDescription: "is asked for a column before the first", text: "a x\n",
      options: TaggedSentenceOptions(featureColumns: [-1]), message: "no column -1",
      remedy: "from 0"),
    Case(
      testDescription: "is plain text and needs tags", text: "a x\n",
      options: TaggedSentenceOptions(format: .plain), message: "plain text has no tags",
      remedy: "in columns"),
    Case(
      testDescription: "is CoNLL-U with too few columns", text: "1\ta\tb\n",
      options: TaggedSentenceOptions(format: .conllu), line: 1,
      message: "3 columns, and CoNLL-U has 10", remedy: "with _"),
    Case(
      testDescription: "is CoNLL-U without numbers", text: "x\ta\t_\tN\t_\t_\t_\t_\t_\t_\n",
      options: TaggedSentenceOptions(format: .conllu), line: 1,
      message: "'x' is no number of a word", remedy: "from 1"),
  ]

  @Test("names the line and the remedy", arguments: cases)
  func named(example: Case) throws {
    let error = try lembraError { _ = try taggedSentences(example.text, example.options) }
    #expect(error.location == .init(file: "data.txt", line: example.line))
    #expect(error.message.contains(example.message), "\(error)")
    #expect(error.remedy.contains(example.remedy), "\(error)")
  }

  @Test("names the line and the byte that is no UTF-8")
  func invalidText() throws {
    let bytes = Array("a x\n\né ".utf8) + [0xFF, 0x0A]
    let error = try lembraError { _ = try TaggedSentences(bytes: bytes, file: "data.txt") }
    #expect(error.location == .init(file: "data.txt", line: 3))
    #expect(error.message.hasPrefix("byte 4 of this line (0xFF) is no text"))
  }

  @Test("is named when it does not exist")
  func noFile() throws {
    let error = try lembraError { _ = try TaggedSentences(readingFrom: "/no/such/file") }
    #expect(error.code == .notFound)
  }

  /// Bytes of every kind must give sentences or an error, and never a trap.
  @Test("never brings the program down", arguments: 0..<20)
  func anyBytes(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let alphabet = Array("\t\t  \n\n\raAb#1-._é\u{FEFF}".utf8)
    for start in ["", "a b c\n", "1\ta\t_\tN\t_\t_\t_\t_\t_\t_\n"] {
      for _ in 0..<100 {
        let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
          alphabet.randomElement(using: &generator) ?? 0
        }
        for tags in TaggedSentenceOptions.Tags.allCases {
          for format in TaggedSentenceOptions.Format.allCases {
            do throws(LembraError) {
              let options = TaggedSentenceOptions(
                format: format, featureColumns: [1], tags: tags)
              let sentences = try TaggedSentences(
                bytes: Array(start.utf8) + bytes, options: options)
              #expect(!sentences.isEmpty && sentences.allSatisfy { !$0.words.isEmpty })
            } catch {
              #expect(!error.message.isEmpty && !error.remedy.isEmpty)
            }
          }
        }
      }
    }
  }
}
