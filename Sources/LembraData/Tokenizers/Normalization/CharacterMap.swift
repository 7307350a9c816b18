import LembraTensor

/// The rewriting rules that SentencePiece compiles into its models: strings in a double-array trie
/// (Aoe, 1989), and what each is replaced by.
///
/// The blob holds the size of the trie in bytes, its units of 32 bits, and the replacements, each
/// ended by a zero. Numbers are little-endian.
struct CharacterMap: Hashable, Sendable {
  private let blob: [UInt8]
  private let units: [UInt32]
  private let replacements: ArraySlice<UInt8>

  /// - Throws: `LembraError` when the blob is too short for its trie, or no text stands behind it.
  init(_ blob: [UInt8]) throws(LembraError) {
    func fault(_ what: String) -> LembraError {
      LembraError(
        .invalidFile, "the character map of the normalizer \(what)",
        remedy: "save the tokenizer again with the program it came from")
    }
    func unit(at position: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(blob[position + $1]) << UInt32(8 * $1) }
    }
    guard blob.count >= 8 else { throw fault("is empty") }
    let size = Int(unit(at: 0))
    guard size >= 4, size % 4 == 0, size <= blob.count - 4 else { throw fault("is cut off") }
    self.blob = blob
    units = stride(from: 4, to: 4 + size, by: 4).map(unit)
    replacements = blob[(4 + size)...]
    guard String(validating: replacements, as: UTF8.self) != nil else {
      throw fault("does not hold text in UTF-8")
    }
  }

  /// The text with every grapheme, or else every scalar, replaced that the map has.
  func callAsFunction(_ text: MarkedText) -> MarkedText {
    var result = MarkedText([], start: 0)
    result.bytes.reserveCapacity(text.bytes.count)
    var position = 0
    while position < text.bytes.count {
      let end = Self.graphemeEnd(in: text.bytes, from: position)
      if end - position < 6, let replacement = replacement(for: text.bytes[position..<end]) {
        result.bytes.append(contentsOf: replacement)
        if position < text.start { result.start = result.bytes.count }
      } else {
        text.bytes.span.extracting(position..<end).forEachScalar { _, range in
          let range = position + range.lowerBound..<position + range.upperBound
          result.bytes.append(
            contentsOf: replacement(for: text.bytes[range]) ?? text.bytes[range])
          if range.lowerBound < text.start { result.start = result.bytes.count }
        }
      }
      position = end
    }
    return result
  }

  /// Where the grapheme that begins at `start` ends.
  private static func graphemeEnd(in text: [UInt8], from start: Int) -> Int {
    // Between two scalars of ASCII there is always a border, but for CR LF.
    if text[start] < 0x80, start + 1 == text.count || text[start + 1] < 0x80 {
      let isLineBreak = text[start] == 0x0D && start + 1 < text.count && text[start + 1] == 0x0A
      return isLineBreak ? start + 2 : start + 1
    }
    // Graphemes can be of any length; most end within a few bytes.
    var length = 64
    while true {
      var end = min(text.count, start + length)
      while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
      let part = String(decoding: text[start..<end], as: UTF8.self)
      let count = part.first?.utf8.count ?? 1
      if count < end - start || end == text.count { return start + count }
      length *= 4
    }
  }

  /// What stands for the shortest string of the map that `part` begins with.
  private func replacement(for part: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    var node = Int(Self.offset(of: units[0]))
    for byte in part {
      if byte == 0 { return nil }
      node ^= Int(byte)
      guard node < units.count, units[node] & (1 << 31 | 0xFF) == UInt32(byte) else { return nil }
      let unit = units[node]
      node ^= Int(Self.offset(of: unit))
      if unit >> 8 & 1 == 1 {
        guard node < units.count else { return nil }
        return text(at: Int(units[node] & (1 << 31 - 1)))
      }
    }
    return nil
  }

  private static func offset(of unit: UInt32) -> UInt32 {
    (unit >> 10) << ((unit & (1 << 9)) >> 6)
  }

  /// The replacement at `offset`, up to its zero.
  private func text(at offset: Int) -> ArraySlice<UInt8>? {
    guard offset < replacements.count else { return nil }
    let start = replacements.startIndex + offset
    guard blob[start] & 0xC0 != 0x80 else { return nil }
    return blob[start...].prefix { $0 != 0 }
  }
}

extension CharacterMap: Codable {
  /// - Throws: `LembraError` when the text is not Base64 or does not hold a map.
  init(from decoder: any Decoder) throws {
    try self.init(base64: decoder.singleValueContainer().decode(String.self))
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(Base64.text(of: blob))
  }

  init(base64 text: String) throws(LembraError) {
    guard let blob = Base64.bytes(of: text) else {
      throw LembraError(
        .invalidFile, "the character map of the normalizer is not written in Base64",
        remedy: "save the tokenizer again with the program it came from")
    }
    try self.init(blob)
  }
}
