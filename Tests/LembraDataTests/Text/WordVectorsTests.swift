import LembraData
import LembraTensor
import LembraTestSupport
import Testing

@Suite("Vectors of words")
struct WordVectorsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func vectors(
    _ text: String, _ wanted: Set<String> = ["the", "café", ". . ."], size: Int? = nil
  ) throws -> WordVectors {
    try folder.write(Array(text.utf8), "vectors.txt")
    return try WordVectors(readingFrom: folder("vectors.txt"), wanted: wanted, size: size)
  }

  @Test(
    "are read with a header and without, whatever ends a line",
    arguments: ["", "4 3\n"], ["\n", "\r\n", " \n"])
  func formats(header: String, lineEnd: String) throws {
    let text =
      header + "of 1 2 3\nthe 0.5 -1e-3 7\n. . . 0 .25 +1\ncafé 1 1 1\n"
    let vectors = try vectors(text.replacing("\n", with: lineEnd), size: 3)
    #expect(vectors.size == 3)
    #expect(vectors.words == ["the", ". . .", "café"])
    #expect(vectors.values == [0.5, -0.001, 7, 0, 0.25, 1, 1, 1, 1])
    #expect(vectors.fileCount == 4)
    #expect(vectors["the"].map(Array.init) == [0.5, -0.001, 7])
    #expect(vectors["of"] == nil)
  }

  @Test("hold the numbers that the standard library reads", arguments: 0..<8)
  func numbers(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    var texts = [
      "0", "-0", "0.", ".5", "-.5", "1e-3", "+2", "00000000000012.5", "16777217", "16777216.1",
      "0.00000000001", "0.000000000000000000000000000000001", "33554431", "999999999", "1E5",
      "0x1p3", "4294967297", "-0.0000000000",
    ]
    for _ in 0..<500 {
      let value = Float.random(in: -4...4, using: &generator)
      texts += ["\(value)", "\(Double(value) / 3)", String("\(value)".prefix(8))]
    }
    let vectors = try vectors("the " + texts.joined(separator: " ") + "\n")
    let expected = try texts.map { try #require(Float($0)) }
    #expect(vectors.values.map(\.bitPattern) == expected.map(\.bitPattern))
    for text in ["-", ".", "-.", "1.2.3", "1-2", "--1", "1e", "é"] {
      #expect(throws: LembraError.self) { try self.vectors("of 1\nthe \(text)\n") }
    }
  }

  @Test("give the rows of a vocabulary")
  func rows() throws {
    let (positions, values) = try vectors("the 1 2\ncafé 3 4\n")
      .rows(of: ["<unk>", "café", "x", "the"])
    #expect(positions == [1, 3])
    #expect(values == [3, 4, 1, 2])
  }

  @Test("are the first where a word comes twice, and pass over words that are no text")
  func oddWords() throws {
    try folder.write(
      Array("the 1 2\n".utf8) + [0xFF] + Array(" 5 6\nthe 3 4\nthe-other nan x\n\n".utf8), "v")
    let vectors = try WordVectors(readingFrom: folder("v"), wanted: ["the"])
    #expect(vectors.values == [1, 2])
    #expect(vectors.fileCount == 4)
  }

  @Test("are read from a file larger than what is in memory at once")
  func streamed() throws {
    let row = String(repeating: " 0.123456", count: 50)
    var text = ""
    for index in 0..<6000 { text += "word\(index)\(row)\n" }
    let wanted = Set((0..<6000).filter { $0 % 7 == 0 }.map { "word\($0)" })
    let vectors = try vectors(text, wanted)
    #expect(vectors.fileCount == 6000 && vectors.size == 50)
    #expect(vectors.words == (0..<6000).filter { $0 % 7 == 0 }.map { "word\($0)" })
    #expect(vectors.values.allSatisfy { $0 == 0.123456 })
  }

  @Test(
    "name the line that is no vector",
    arguments: [
      ("the 1 2\nof 1\n", 2, "1 number where the first has 2"),
      ("the 1 2\nof 1 2 3\n", 2, "3 numbers or more where the first has 2"),
      ("3 2\nthe 1\n", 2, "1 number where the first line promises 2"),
      ("of 1 2\nthe 1 nan\n", 2, "'nan' in the vector of 'the' is no finite number"),
      ("of 1 2\nthe 1e99 2\n", 2, "no finite number"),
      ("of 1 2\nthe 1 2x\n", 2, "'2x'"),
      ("the\n", 1, "no vector"),
      ("1 2 3\n 4 5\n", 2, "1 number where"),
      ("3 2\nof 1 2\n", 1, "promises 3 vectors, and the file has 1"),
      ("0 2\nof 1 2\n", 1, "promises 0 vectors, and the file has 1"),
    ])
  func errors(text: String, line: Int, message: String) throws {
    let error = try lembraError { _ = try vectors(text) }
    #expect(error.location == .init(file: folder("vectors.txt"), line: line))
    #expect(error.message.contains(message), "\(error)")
  }

  @Test("are an error when there are none, or of another size")
  func otherErrors() throws {
    for text in ["", "\n", "0 3\n"] {
      #expect(try lembraError { _ = try vectors(text) }.message == "the file holds no vectors")
    }
    for text in ["the 1 2\n", "1 2\nthe 1 2\n"] {
      let error = try lembraError { _ = try vectors(text, size: 100) }
      #expect(error.message == "the vectors have 2 numbers, and 100 are needed")
    }
    let binary = "2 3\nthe " + String(repeating: "x", count: 2_200_000)
    let error = try lembraError { _ = try vectors(binary) }
    #expect(error.message == "this line is longer than a million bytes")
    #expect(error.location.line == 2)
  }
}
