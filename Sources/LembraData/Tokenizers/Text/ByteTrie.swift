/// Byte strings in a tree, to find those that a text begins with.
struct ByteTrie: Sendable {
  /// From a node and a byte to the next node.
  private var edges = PairTable()
  /// For each node the value of the string that ends there, or -1.
  private var values: [Int32] = [-1]
  /// The bytes that a string can begin with.
  private var starts = [Bool](repeating: false, count: 256)

  /// Adds a string that is not empty; the value of one that is there already is replaced unless
  /// `keepingFirst`.
  mutating func insert(_ string: Span<UInt8>, value: Int, keepingFirst: Bool = false) {
    guard !string.isEmpty else { return }
    starts[Int(string[0])] = true
    var node: Int32 = 0
    for position in string.indices {
      let key = PairTable.key(node, Int32(string[position]))
      if let next = edges[key] {
        node = Int32(next)
      } else {
        node = Int32(values.count)
        edges[key] = UInt64(node)
        values.append(-1)
      }
    }
    if values[Int(node)] < 0 || !keepingFirst { values[Int(node)] = Int32(value) }
  }

  var isEmpty: Bool { values.count == 1 }

  /// Whether a string begins with `byte`.
  func hasStart(_ byte: UInt8) -> Bool { starts[Int(byte)] }

  /// Calls `body` with the end and the value of every string that `text` has at `position`, the
  /// shortest first.
  @inline(__always)
  func forEachPrefix(
    of text: Span<UInt8>, from position: Int, _ body: (_ end: Int, _ value: Int) -> Void
  ) {
    var node: Int32 = 0
    for index in position..<text.count {
      guard let next = edges[PairTable.key(node, Int32(text[index]))] else { return }
      node = Int32(next)
      let value = values[Int(node)]
      if value >= 0 { body(index + 1, Int(value)) }
    }
  }

  /// The longest string that `text` has at `position`.
  func longestPrefix(of text: Span<UInt8>, from position: Int) -> (end: Int, value: Int)? {
    var longest: (end: Int, value: Int)?
    forEachPrefix(of: text, from: position) { longest = ($0, $1) }
    return longest
  }
}
