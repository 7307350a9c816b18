/// A text in UTF-8, and how much of it stems from the first character of the text that was encoded.
///
/// The library `tokenizers` knows for each character where it comes from. It makes a difference in
/// one place: a metaspace that is put in front of the first word alone is put in front of every piece
/// that begins with what the first character became.
struct MarkedText: Sendable {
  var bytes: [UInt8]

  /// The number of bytes at the front that stem from the first character; 0 when it is gone or was
  /// never in this part.
  var start: Int

  /// A part of the text that is encoded, which does or does not begin with its first character.
  init(_ bytes: [UInt8], isAtStart: Bool) {
    self.bytes = bytes
    start = isAtStart && !bytes.isEmpty ? bytes.span.scalar(at: 0).length : 0
  }

  init(_ bytes: [UInt8], start: Int) {
    self.bytes = bytes
    self.start = start
  }

  /// A part of this text.
  subscript(range: Range<Int>) -> MarkedText {
    if range.count == bytes.count { return self }
    return MarkedText(
      Array(bytes[range]), start: max(0, min(start, range.upperBound) - range.lowerBound))
  }

  /// The text with every scalar replaced by what `body` appends for it.
  func mapped(
    _ body: (_ value: UInt32, _ range: Range<Int>, _ result: inout [UInt8]) -> Void
  ) -> MarkedText {
    var result = MarkedText([], start: 0)
    result.bytes.reserveCapacity(bytes.count)
    bytes.span.forEachScalar { value, range in
      body(value, range, &result.bytes)
      if range.lowerBound < start { result.start = result.bytes.count }
    }
    return result
  }

  /// The text with every scalar replaced by what `body` makes of it, or left out.
  func filtered(_ body: (UInt32) -> UInt32?) -> MarkedText {
    mapped { value, _, result in
      if let replacement = body(value) { result.append(scalar: replacement) }
    }
  }
}
