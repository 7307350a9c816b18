import LembraTensor

/// The lines of a file of any size, one in memory at a time.
struct StreamedLines {
  /// The bytes that hold the present line, among others.
  private(set) var buffer: [UInt8] = []
  /// The number of the present line, counted from 1.
  private(set) var number = 0

  private let store: TextStore
  /// The next byte of the file that is not in the buffer.
  private var position: Int
  /// The next byte of the buffer that is in no line yet.
  private var next = 0

  private static let blockSize = 1 << 20

  /// Opens the file at `path`.
  init(readingFrom path: String) throws(LembraError) {
    store = try TextStore(readingFrom: path)
    position = try TextEncoding.markLength(store.bytes(0..<min(4, store.count)), file: path)
  }

  /// Goes on to the next line and returns its place in the buffer, without what ends it.
  ///
  /// - Throws: `LembraError` when the file cannot be read or the line is far longer than a vector.
  mutating func advance() throws(LembraError) -> Range<Int>? {
    var end = next
    while true {
      while end < buffer.count, buffer[end] != 0x0A { end += 1 }
      if end < buffer.count || position == store.count { break }
      guard end - next < Self.blockSize else {
        throw LembraError(
          .invalidData, "this line is longer than a million bytes",
          remedy: "give a file of text with a vector a line",
          at: .init(file: store.name, line: number + 1))
      }
      let block = min(Self.blockSize, store.count - position)
      buffer.removeFirst(next)
      buffer += try store.bytes(position..<position + block)
      position += block
      (end, next) = (end - next, 0)
    }
    guard end > next || end < buffer.count else { return nil }
    let start = next
    next = min(end + 1, buffer.count)
    number += 1
    return start..<(end > start && buffer[end - 1] == 0x0D ? end - 1 : end)
  }
}
