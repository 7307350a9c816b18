import LembraData
import LembraTensor
import LembraTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A text of lines and of characters of every length, and of some that are made of several.
func mixedText(_ seed: UInt64, count: Int) -> String {
  var generator = SplitMix64(seed: seed)
  let parts = ["a", "b c", "é", "e\u{301}", "語", "😀", "👩‍👩‍👧", "\n", "\r\n", " ", "\n\n  ", "\t"]
  return (0..<count).map { _ in parts.randomElement(using: &generator) ?? "" }.joined()
}

extension TextReader {
  /// All that is left to read.
  fileprivate var pieces: [String] {
    get throws {
      var reader = self
      var pieces: [String] = []
      while let piece = try reader.next() { pieces.append(piece) }
      return pieces
    }
  }
}

@Suite("A text read piece by piece")
struct TextReaderTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(
    "gives its pieces one at a time as it gives them all at once, as often as they are asked for")
  func piecesOneByOne() throws {
    let text = try TextFile(String(repeating: "one line é\n", count: 200_000))
    let all = try text.pieces()
    #expect(all.count > 1)
    let (first, second) = try text.withPieces { (Array($0), Array($0)) }
    #expect(first == all && second == all)
  }

  @Test("says when it cannot be read to its end, whatever was made of its beginning")
  func unreadablePieces() throws {
    try folder.write(Array(String(repeating: "line\n", count: 500_000).utf8), "text")
    let text = try TextFile(readingFrom: folder("text"))
    #expect(throws: LembraError.self) {
      try text.withPieces { pieces in
        for (index, _) in pieces.enumerated() where index == 0 {
          #expect(truncate(folder("text"), 10) == 0)
        }
      }
    }
  }

  @Test("is the whole text, whatever the size of pieces", arguments: 0..<10)
  func pieces(seed: UInt64) throws {
    let text = mixedText(seed, count: 400)
    try folder.write(Array(text.utf8), "text")
    for pieceSize in [64, 65, 100, 333, 1 << 20] {
      let pieces = try TextReader(readingFrom: folder("text"), pieceSize: pieceSize).pieces
      #expect(pieces.map { Array($0.utf8) }.flatMap { $0 } == Array(text.utf8))
      #expect(pieces.allSatisfy { !$0.isEmpty && $0.utf8.count <= pieceSize })
      // No piece but those that cannot help it ends in the middle of what is one character.
      #expect(pieces.reduce(0) { $0 + $1.count } == text.count)
    }
  }

  @Test("is cut before lines with something at their beginning, where there are any")
  func cuts() throws {
    let lines = (0..<40).map { "line \($0)\n" + ($0 % 3 == 0 ? "\n  indented\r\n" : "") }
    try folder.write(Array(lines.joined().utf8), "text")
    let pieces = try TextReader(readingFrom: folder("text"), pieceSize: 64).pieces
    #expect(pieces.allSatisfy { $0.hasPrefix("line") && $0.last?.isNewline == true })
    try folder.write(Array(String(repeating: "one two ", count: 40).utf8), "words")
    let words = try TextReader(readingFrom: folder("words"), pieceSize: 64).pieces
    #expect(words.dropFirst().allSatisfy { $0.hasPrefix(" ") })
  }

  @Test("names the line and the byte of what is no text, in any piece")
  func invalid() throws {
    let line = Array("0123456789 some text\r\n".utf8)
    for faulty in [0, 3, 99] {
      var bytes = Array([[UInt8]](repeating: line, count: 100).joined())
      bytes[faulty * line.count + 12] = 0xC3
      try folder.write([0xEF, 0xBB, 0xBF] + bytes, "text")
      let errors = [
        try lembraError {
          _ = try TextReader(readingFrom: folder("text"), pieceSize: 64).pieces
        },
        try lembraError { _ = try TextFile(readingFrom: folder("text")) },
      ]
      for error in errors {
        #expect(error.location == .init(file: folder("text"), line: faulty + 1))
        #expect(error.message.hasPrefix("byte 13 of this line (0xC3) is no text"))
      }
    }
  }

  @Test("ends in an error when the last character is cut off")
  func truncated() throws {
    try folder.write(Array(String(repeating: "x", count: 200).utf8) + [0xE8, 0xAA], "text")
    let error = try lembraError {
      _ = try TextReader(readingFrom: folder("text"), pieceSize: 64).pieces
    }
    #expect(error.message.hasPrefix("byte 201 of this line (0xE8) is no text"))
  }

  @Test("may come through a pipe")
  func pipe() throws {
    let path = folder("pipe")
    #expect(mkfifo(path, 0o600) == 0)
    let writer = try #require(fork(writing: "one\ntwo é\n", to: path))
    defer { waitpid(writer, nil, 0) }
    let text = try TextFile(readingFrom: path)
    #expect(text.characterCount == 10)
    #expect(try text.reader().pieces == ["one\ntwo é\n"])
  }

  /// Starts a process that writes `text` to the pipe at `path`.
  private func fork(writing text: String, to path: String) -> pid_t? {
    var process: pid_t = 0
    let words: [String] = ["sh", "-c", "printf '%s' \"$0\" >\"$1\"", text, path]
    let arguments = words.map { strdup($0) }
    defer { arguments.forEach { free($0) } }
    let status = posix_spawn(&process, "/bin/sh", nil, nil, arguments + [nil], environ)
    return status == 0 ? process : nil
  }
}

@Suite("A text file")
struct TextFileTests {
  @Test("knows its characters and bytes, without a byte order mark")
  func counts() throws {
    let text = try TextFile("\u{FEFF}aé語😀\r\n")
    #expect(text.characterCount == 6)
    #expect(text.byteCount == 12)
  }

  @Test("is split by characters, as a text is in Python")
  func split() throws {
    let text = try TextFile(String(repeating: "語", count: 1_115_394))
    let (training, validation) = try text.split(validation: .percent(10))
    #expect(training.characterCount == 1_003_854)
    #expect(validation.characterCount == 111_540)
    #expect(training.byteCount == 3 * 1_003_854)
    let (first, second) = try validation.split(validation: .rows(540))
    #expect(first.characterCount == 111_000 && second.characterCount == 540)
  }

  @Test("has parts that are the whole, and cut nothing that is one character", arguments: 0..<10)
  func parts(seed: UInt64) throws {
    let whole = mixedText(seed, count: 700)
    let text = try TextFile(whole)
    for percent in [0, 0.01, 3, 10, 50, 97.5] {
      let (training, validation) = try text.split(validation: .percent(percent))
      let start = try training.reader().pieces.joined()
      let end = try validation.reader().pieces.joined()
      #expect(start + end == whole)
      #expect(start.count + end.count == whole.count)
      #expect(start.unicodeScalars.count == training.characterCount)
      #expect(end.unicodeScalars.count == validation.characterCount)
      #expect(training.byteCount + validation.byteCount == whole.utf8.count)
      let wanted = Int(Double(text.characterCount) * ((100 - percent) / 100))
      #expect((0..<6).contains(training.characterCount - min(wanted, text.characterCount)))
      guard validation.characterCount > 4 else { continue }
      let again = try validation.split(validation: .percent(50))
      #expect(
        try again.training.reader().pieces.joined() + again.validation.reader().pieces.joined()
          == end)
    }
  }

  @Test("is an error when it is empty, and leaves something to train on")
  func errors() throws {
    for text in ["", "\u{FEFF}"] {
      #expect(try lembraError { _ = try TextFile(text) }.message == "the text is empty")
    }
    #expect(try lembraError { _ = try TextFile("a\0b") }.message.contains("byte 2"))
    #expect(try lembraError { _ = try TextFile(readingFrom: "/") }.code == .fileSystem)
    let error = try lembraError { _ = try TextFile("abc").split(validation: .rows(3)) }
    #expect(error.message == "3 is held back for validation, and there are 3 characters")
  }
}
