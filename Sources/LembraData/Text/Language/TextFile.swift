public import LembraTensor

/// A text in UTF-8 of any size, or a part of one, of which the characters have been counted.
///
/// A character is a Unicode scalar here, as in the length of a text in Python. The text stays where
/// it is; only pieces of it are in memory at any time.
public struct TextFile: Sendable {
  private let store: TextStore
  /// The places of the first character of every block of the text.
  private let marks: [Mark]
  private let bytes: Range<Int>
  private let characters: Range<Int>

  private struct Mark {
    let byte: Int
    let character: Int
  }

  /// Reads the file at `path` once, which may be a pipe, and counts its characters.
  ///
  /// - Throws: `LembraError` when the file cannot be read or is empty, or naming the line and the
  ///   byte that is no text in UTF-8.
  public init(readingFrom path: String) throws(LembraError) {
    try self.init(TextStore(readingFrom: path))
  }

  /// A text in memory; `file` is its name for messages.
  ///
  /// - Throws: `LembraError` when it is empty or holds a zero byte.
  public init(_ text: String, file: String? = nil) throws(LembraError) {
    try self.init(TextStore(Array(text.utf8), name: file))
  }

  private init(_ store: TextStore) throws(LembraError) {
    let start = try TextEncoding.markLength(
      store.bytes(0..<min(4, store.count)), file: store.name)
    guard start < store.count else {
      throw LembraError(
        .invalidData, "the text is empty", remedy: "give a file with a text",
        at: .init(file: store.name))
    }
    var marks: [Mark] = []
    var (byte, character) = (start, 0)
    while byte < store.count {
      marks.append(Mark(byte: byte, character: character))
      var block = try store.bytes(byte..<min(store.count, byte + 1 << 20))
      if byte + block.count < store.count {
        block.removeLast(block.count - TextEncoding.completeLength(of: block))
      }
      if let fault = TextEncoding.firstFault(in: block) {
        throw try store.encodingFailure(at: byte + fault, start: start)
      }
      byte += block.count
      character += scalarCount(block)
    }
    self.init(store, marks, bytes: start..<byte, characters: 0..<character)
  }

  private init(
    _ store: TextStore, _ marks: [Mark], bytes: Range<Int>, characters: Range<Int>
  ) {
    self.store = store
    self.marks = marks
    self.bytes = bytes
    self.characters = characters
  }

  /// The name of the file, for messages.
  public var file: String? { store.name }

  public var byteCount: Int { bytes.count }

  /// The number of Unicode scalars.
  public var characterCount: Int { characters.count }

  /// A reader of the text from its beginning.
  ///
  /// - Precondition: `pieceSize` is 64 or more.
  public func reader(pieceSize: Int = TextReader.defaultPieceSize) -> TextReader {
    TextReader(store, textStart: marks[0].byte, range: bytes, pieceSize: pieceSize)
  }

  /// The whole text in pieces, all of them in memory; ``withPieces(_:)`` holds one at a time.
  ///
  /// - Throws: `LembraError` when the file cannot be read.
  public func pieces() throws(LembraError) -> [String] {
    var pieces: [String] = []
    var reader = reader()
    while let piece = try reader.next() { pieces.append(piece) }
    return pieces
  }

  /// Splits off the end of the text to choose a model by.
  ///
  /// Of n characters, p percent leave the first ⌊n (1 − p/100)⌋ to train on, which is the usual
  /// `text[:int(0.9 * len(text))]` for 10 percent. Where that would part what is one character to a
  /// reader, such as a letter from its accent, the border is behind it.
  ///
  /// - Parameter validation: the characters to split off, a number or a percentage; possibly none.
  /// - Returns: the beginning of the text, to train on, and its end.
  /// - Throws: `LembraError` when no character would be left, or the file cannot be read.
  public func split(
    validation: Share
  ) throws(LembraError) -> (training: TextFile, validation: TextFile) {
    _ = try validation.checkedCount(of: characterCount, noun: "character", file: file)
    let kept =
      switch validation {
      case .rows(let count): characterCount - max(0, count)
      case .percent(let percent) where percent > 0:
        min(Int(Double(characterCount) * ((100 - min(percent, 100)) / 100)), characterCount - 1)
      case .percent: characterCount
      }
    let border = try border(near: characters.lowerBound + kept)
    func part(_ from: Mark, _ to: Mark) -> TextFile {
      TextFile(
        store, marks, bytes: from.byte..<to.byte, characters: from.character..<to.character)
    }
    return (
      part(Mark(byte: bytes.lowerBound, character: characters.lowerBound), border),
      part(border, Mark(byte: bytes.upperBound, character: characters.upperBound))
    )
  }

  /// The place of a character, or behind what it is in the middle of.
  private func border(near character: Int) throws(LembraError) -> Mark {
    guard character < characters.upperBound,
      let mark = marks.last(where: { $0.character <= character })
    else { return Mark(byte: bytes.upperBound, character: characters.upperBound) }
    // A character has four bytes at most, and its neighbours decide what it is part of.
    let reach = 256
    let size = min(bytes.upperBound - mark.byte, 4 * (character - mark.character + reach))
    var block = try store.bytes(mark.byte..<mark.byte + size)
    block.removeLast(block.count - TextEncoding.completeLength(of: block))
    let text = String(decoding: block, as: UTF8.self).unicodeScalars
    let target = text.index(text.startIndex, offsetBy: character - mark.character)
    let start =
      text.index(target, offsetBy: -reach, limitedBy: text.startIndex) ?? text.startIndex
    let end = text.index(target, offsetBy: reach, limitedBy: text.endIndex) ?? text.endIndex
    let near = String(text[start..<end])
    var place = near.startIndex
    let wanted = text.distance(from: start, to: target)
    var count = 0
    while count < wanted, place < near.endIndex {
      count += near[place].unicodeScalars.count
      place = near.index(after: place)
    }
    let byte = text[..<start].utf8Count + near[..<place].utf8.count
    return Mark(byte: mark.byte + byte, character: character + count - wanted)
  }
}

extension Substring.UnicodeScalarView {
  fileprivate var utf8Count: Int { Substring(self).utf8.count }
}

/// The number of characters whose first byte is in `bytes`.
private func scalarCount(_ bytes: [UInt8]) -> Int {
  var count = 0
  for byte in bytes { count += byte & 0xC0 == 0x80 ? 0 : 1 }
  return count
}
