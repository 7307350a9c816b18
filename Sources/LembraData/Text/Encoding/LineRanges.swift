/// The lines of a text: they end with LF, CRLF or CR, the last perhaps with nothing.
struct LineRanges: Sequence, IteratorProtocol {
  struct Line {
    /// Counted from 1.
    let number: Int
    /// The bytes of the line, without what ends it.
    let range: Range<Int>
  }

  private let bytes: [UInt8]
  private var position = 0
  private var number = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func next() -> Line? {
    guard position < bytes.count else { return nil }
    let start = position
    var end = start
    while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
    let isPair = end + 1 < bytes.count && bytes[end] == 0x0D && bytes[end + 1] == 0x0A
    position = end + (isPair ? 2 : 1)
    number += 1
    return Line(number: number, range: start..<end)
  }
}
