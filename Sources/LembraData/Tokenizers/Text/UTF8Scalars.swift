extension Span where Element == UInt8 {
  /// The scalar that begins at `position`, and the number of its bytes.
  ///
  /// - Precondition: the bytes are valid UTF-8 and a scalar begins there.
  @inline(__always)
  func scalar(at position: Int) -> (value: UInt32, length: Int) {
    let first = UInt32(self[position])
    if first < 0x80 { return (first, 1) }
    let second = UInt32(self[position + 1]) & 0x3F
    if first < 0xE0 { return ((first & 0x1F) << 6 | second, 2) }
    let third = UInt32(self[position + 2]) & 0x3F
    if first < 0xF0 { return ((first & 0x0F) << 12 | second << 6 | third, 3) }
    let fourth = UInt32(self[position + 3]) & 0x3F
    return ((first & 0x07) << 18 | second << 12 | third << 6 | fourth, 4)
  }

  /// The position of the scalar that ends before `position`, which is above 0.
  @inline(__always)
  func scalarStart(before position: Int) -> Int {
    var start = position - 1
    while self[start] & 0xC0 == 0x80 { start -= 1 }
    return start
  }

  /// Calls `body` with each scalar and the bytes that it takes.
  @inline(__always)
  func forEachScalar(_ body: (_ value: UInt32, _ range: Range<Int>) -> Void) {
    var position = 0
    while position < count {
      let (value, length) = scalar(at: position)
      body(value, position..<position + length)
      position += length
    }
  }

  var isASCII: Bool {
    for position in indices where self[position] >= 0x80 { return false }
    return true
  }
}

extension [UInt8] {
  /// Appends the UTF-8 of a scalar.
  @inline(__always)
  mutating func append(scalar value: UInt32) {
    if value < 0x80 {
      append(UInt8(value))
    } else if value < 0x800 {
      append(UInt8(0xC0 | value >> 6))
      append(UInt8(0x80 | value & 0x3F))
    } else if value < 0x10000 {
      append(UInt8(0xE0 | value >> 12))
      append(UInt8(0x80 | value >> 6 & 0x3F))
      append(UInt8(0x80 | value & 0x3F))
    } else {
      append(UInt8(0xF0 | value >> 18))
      append(UInt8(0x80 | value >> 12 & 0x3F))
      append(UInt8(0x80 | value >> 6 & 0x3F))
      append(UInt8(0x80 | value & 0x3F))
    }
  }

  /// Appends the bytes of a part of another text.
  mutating func append(_ part: Span<UInt8>) {
    for position in part.indices { append(part[position]) }
  }
}
