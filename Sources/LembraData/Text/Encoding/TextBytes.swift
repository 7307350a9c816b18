import LembraTensor

/// The bytes of a whole file, proven to be text in UTF-8.
struct TextBytes {
  /// The bytes without a byte order mark.
  let bytes: [UInt8]

  /// - Throws: `LembraError` saying what the file is instead, or naming the line and the byte that
  ///   is no text.
  init(_ bytes: [UInt8], file: String?) throws(LembraError) {
    let markLength = try TextEncoding.markLength(bytes.prefix(4), file: file)
    self.bytes = markLength == 0 ? bytes : Array(bytes.dropFirst(markLength))
    if let offset = TextEncoding.firstFault(in: self.bytes) {
      var place = TextPlace()
      place.advance(over: self.bytes[..<offset])
      throw TextEncoding.failure(self.bytes[offset], at: place, file: file)
    }
  }

  /// The lines, without what ends them.
  var lines: LineRanges { LineRanges(bytes) }

  /// The rows of a TSV file: a tab ends a field, a line a row, and nothing is quoted.
  var tabSeparatedRows: [CSVRow] {
    lines.map { line in
      var fields: [String] = []
      var start = line.range.lowerBound
      for position in line.range where bytes[position] == UInt8(ascii: "\t") {
        fields.append(text(start..<position))
        start = position + 1
      }
      fields.append(text(start..<line.range.upperBound))
      return CSVRow(line: line.number, fields: fields)
    }
  }

  /// The text of the bytes at `range`, which begins and ends between two characters.
  func text(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }
}

/// What tells text in UTF-8 from everything else.
enum TextEncoding {
  /// The number of bytes of the byte order mark with which a file begins, 0 or 3.
  ///
  /// - Throws: `LembraError` when the first bytes are those of another kind of file.
  static func markLength(
    _ start: some Collection<UInt8>, file: String?
  ) throws(LembraError) -> Int {
    func begins(_ bytes: [UInt8]) -> Bool { start.starts(with: bytes) }
    if begins([0xFF, 0xFE]) || begins([0xFE, 0xFF]) {
      throw LembraError(
        .invalidData, "the file is written in UTF-16", remedy: "save it as UTF-8",
        at: .init(file: file))
    }
    if begins([0x1F, 0x8B]) {
      throw LembraError(
        .invalidData, "the file is compressed with gzip", remedy: "decompress it first (gunzip)",
        at: .init(file: file))
    }
    if begins([0x50, 0x4B, 0x03, 0x04]) {
      throw LembraError(
        .invalidData, "the file is a zip archive or a workbook",
        remedy: "take the text out of it first (unzip), or export the sheet as CSV",
        at: .init(file: file))
    }
    return begins([0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// The place of the first byte that is no text in UTF-8, or a zero, which no text holds.
  static func firstFault(in bytes: [UInt8]) -> Int? {
    let invalid = firstInvalid(in: bytes)
    let zero = bytes.firstIndex(of: 0)
    guard let invalid, let zero else { return invalid ?? zero }
    return min(invalid, zero)
  }

  private static func firstInvalid(in bytes: [UInt8]) -> Int? {
    do {
      _ = try UTF8Span(validating: bytes.span)
      return nil
    } catch {
      return error.byteOffsets.lowerBound
    }
  }

  /// The error that `byte` is no text, at its place.
  static func failure(_ byte: UInt8, at place: TextPlace, file: String?) -> LembraError {
    let digits = String(byte, radix: 16, uppercase: true)
    return LembraError(
      .invalidData,
      byte == 0
        ? "byte \(place.byte) of this line is 0, which no text holds"
        : "byte \(place.byte) of this line (0x\(byte < 16 ? "0" : "")\(digits)) is no text in UTF-8",
      remedy: byte == 0
        ? "give a file of text; if it is one in UTF-16, save it in UTF-8"
        : "save the file in UTF-8; iconv -f LATIN1 -t UTF-8 does so where it is in Latin-1",
      at: .init(file: file, line: place.line))
  }

  /// The length of the longest beginning of `bytes` that ends no character in its middle.
  ///
  /// It is all of them when they are no UTF-8 at their end anyway.
  static func completeLength(of bytes: [UInt8]) -> Int {
    guard let lead = bytes.suffix(4).lastIndex(where: { $0 & 0xC0 != 0x80 }) else {
      return bytes.count
    }
    let length =
      switch bytes[lead] {
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 1
      }
    return lead > 0 && lead + length > bytes.count ? lead : bytes.count
  }
}

/// A place in a text: the line and the byte within it, both counted from 1.
struct TextPlace: Equatable {
  private(set) var line = 1
  private(set) var byte = 1
  private var isBehindReturn = false

  /// Moves the place behind `bytes`.
  mutating func advance(over bytes: some Collection<UInt8>) {
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\n"):
        if !isBehindReturn { line += 1 }
        self.byte = 1
      case UInt8(ascii: "\r"):
        line += 1
        self.byte = 1
      default: self.byte += 1
      }
      isBehindReturn = byte == UInt8(ascii: "\r")
    }
  }
}
