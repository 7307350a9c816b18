import LembraData
import LembraTensor
import Testing

/// The ids of a text whose tokens are its Unicode scalars.
func scalarIds(_ text: String) -> [Int] { text.unicodeScalars.map { Int($0.value) } }

/// A corpus of so many tokens, of which token i is i.
func countingCorpus(_ count: Int) throws -> TokenCorpus {
  var next = 0
  return try TokenCorpus(
    TextFile(String(repeating: "x", count: max(count, 1))), vocabularySize: max(count, 1)
  ) { piece in
    let ids = count == 0 ? [] : Array(next..<next + piece.utf8.count)
    next += ids.count
    return ids
  }
}

@Suite("A corpus of tokens")
struct TokenCorpusTests {
  @Test(
    "holds the same tokens in memory and on disk, in two bytes and in four, whatever the pieces",
    arguments: [65_536, 65_537, 1_114_112], [64, 1000])
  func storage(vocabularySize: Int, pieceSize: Int) throws {
    let text = mixedText(7, count: 3000).unicodeScalars
      .map { $0.value < 65_536 ? String($0) : "x" }.joined()
    let file = try TextFile(text)
    for memoryLimit in [0, 100, 1 << 20] {
      let corpus = try TokenCorpus(
        file, vocabularySize: vocabularySize, memoryLimit: memoryLimit, pieceSize: pieceSize,
        encode: scalarIds)
      #expect(corpus.isOnDisk == (memoryLimit < 1000))
      #expect(corpus.count == file.characterCount)
      #expect(corpus.characterCount == file.characterCount)
      #expect(corpus.byteCount == text.utf8.count)
      #expect(corpus[0..<corpus.count] == scalarIds(text))
      #expect(corpus[17] == scalarIds(text)[17])
      #expect(corpus[5..<5] == [])
    }
  }

  @Test("of more than a million tokens goes to the disk block by block")
  func large() throws {
    let file = try TextFile(String(repeating: "abcdefg\n", count: 400_000))
    let corpus = try TokenCorpus(
      file, vocabularySize: 256, memoryLimit: 1 << 20, pieceSize: 100_000
    ) { $0.utf8.map { Int($0) } }
    #expect(corpus.isOnDisk && corpus.count == 3_200_000)
    for start in stride(from: 0, to: 3_200_000 - 8, by: 99_992) {
      #expect(corpus[start..<start + 8] == "abcdefg\n".utf8.map { Int($0) })
    }
  }

  @Test("has the same tokens whatever the pieces, when none reaches over the start of a line")
  func pieces() throws {
    // Words with the blank before them, and runs of other blanks.
    func ids(_ text: String) -> [Int] {
      text.matches(of: /\ ?\w+|\s+/).map {
        $0.output.unicodeScalars.reduce(7) { id, scalar in
          (31 * id + Int(scalar.value)) % 1_000_003
        }
      }
    }
    var generator = SplitMix64(seed: 3)
    let parts = ["the", " end", "\n", "\n\n", "\n  ", "  ", "\r\n", " été"]
    let text = (0..<1500).map { _ in parts.randomElement(using: &generator) ?? "" }.joined()
    let whole = ids(text)
    for pieceSize in [1000, 3000] {
      let corpus = try TokenCorpus(
        TextFile(text), vocabularySize: 1_000_003, pieceSize: pieceSize, encode: ids)
      let isSame = corpus[0..<corpus.count] == whole
      #expect(isSame, "\(corpus.count) tokens for \(whole.count)")
    }
  }

  @Test("may be of a part of a text")
  func parts() throws {
    let (training, validation) = try TextFile("first\nsecond").split(validation: .rows(6))
    #expect(
      try TokenCorpus(training, vocabularySize: 300, encode: scalarIds)[0..<6]
        == scalarIds("first\n"))
    #expect(
      try TokenCorpus(validation, vocabularySize: 300, encode: scalarIds)[0..<6]
        == scalarIds("second"))
  }

  @Test("passes on what its encoder throws")
  func encoderError() throws {
    let error = try lembraError {
      _ = try TokenCorpus(TextFile("a"), vocabularySize: 2) { _ throws(LembraError) in
        throw LembraError(.invalidData, "no such token", remedy: "use another")
      }
    }
    #expect(error.message == "no such token")
  }

  @Test("traps on ids that are none, and on places behind the last")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      _ = try TokenCorpus(TextFile("ab"), vocabularySize: 98, encode: scalarIds)
    }
    await #expect(processExitsWith: .failure) {
      _ = try TokenCorpus(TextFile("ab"), vocabularySize: 99, encode: scalarIds)[1..<3]
    }
  }
}
