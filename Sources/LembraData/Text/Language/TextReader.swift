public import LembraTensor

/// Reads a text in UTF-8 piece by piece, so that it may be larger than memory.
///
/// The pieces follow each other without a gap. A piece ends behind line ends that a line with
/// something at its beginning follows, so that a tokenizer whose tokens do not reach over such a
/// place gives the same tokens for the pieces as for the whole. In a piece without one, it is cut
/// behind another line end, before a blank, or between two characters, the first of these there is.
public struct TextReader: Sendable {
  private let store: TextStore
  /// Where the text of the file begins, for the lines of messages.
  private let textStart: Int
  private var rest: Range<Int>
  private let pieceSize: Int

  /// The size of pieces unless another is asked for, in bytes.
  public static let defaultPieceSize = 1 << 20

  /// Opens the file at `path`, which may be a pipe.
  ///
  /// - Parameters:
  ///   - path: a text in UTF-8; a byte order mark is not part of it.
  ///   - pieceSize: the bytes of a piece at most, 64 at least.
  /// - Throws: `LembraError` when the file cannot be read or is another kind of file.
  /// - Precondition: `pieceSize` is 64 or more.
  public init(
    readingFrom path: String, pieceSize: Int = defaultPieceSize
  ) throws(LembraError) {
    let store = try TextStore(readingFrom: path)
    let start = try TextEncoding.markLength(store.bytes(0..<min(4, store.count)), file: path)
    self.init(store, textStart: start, range: start..<store.count, pieceSize: pieceSize)
  }

  init(_ store: TextStore, textStart: Int, range: Range<Int>, pieceSize: Int) {
    precondition(pieceSize >= 64, "pieces of \(pieceSize) bytes are too small")
    self.store = store
    self.textStart = textStart
    self.rest = range
    self.pieceSize = pieceSize
  }

  /// The next piece of the text, never empty; nothing when there is none left.
  ///
  /// - Throws: `LembraError` naming the line and the byte that is no text in UTF-8, or when the file
  ///   cannot be read.
  public mutating func next() throws(LembraError) -> String? {
    guard !rest.isEmpty else { return nil }
    let start = rest.lowerBound
    var bytes = try store.bytes(start..<start + min(pieceSize, rest.count))
    if bytes.count < rest.count { bytes.removeLast(bytes.count - pieceLength(in: bytes)) }
    if let fault = TextEncoding.firstFault(in: bytes) {
      throw try store.encodingFailure(at: start + fault, start: textStart)
    }
    rest = start + bytes.count..<rest.upperBound
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Where a piece ends that begins with `bytes` and does not hold all that follow.
private func pieceLength(in bytes: [UInt8]) -> Int {
  func isBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
  var lineEnd: Int?
  var blank: Int?
  for position in bytes.indices.dropFirst().reversed() {
    let byte = bytes[position]
    if isBreak(bytes[position - 1]) {
      if !isBreak(byte), !byte.isBlank { return position }
      if bytes[position - 1] == 0x0A || byte != 0x0A { lineEnd = lineEnd ?? position }
    }
    if byte.isBlank, !bytes[position - 1].isBlank { blank = blank ?? position }
  }
  if let end = lineEnd ?? blank { return end }
  // Only whole characters, and not the last, which what follows may still change.
  let whole = TextEncoding.completeLength(of: bytes)
  let text = String(decoding: bytes[..<whole], as: UTF8.self)
  let last = text.utf8.distance(from: text.startIndex, to: text.index(before: text.endIndex))
  return last > 0 && text.utf8.count == whole ? last : whole
}
