/// The n-grams of references, to find those of a hypothesis among them, of all orders at once.
///
/// An n-gram is a node of a tree: that of `a b c` is the child `c` of the node of `a b`. So nothing
/// is built for an n-gram but a number, and no two n-grams can be taken for each other.
struct NGramTree {
  private let order: Int
  /// The node that a node, in the upper half of the key, and a symbol lead to; the root is 0.
  private var children: [UInt64: Int] = [:]
  /// How often the n-gram of a node is in the reference that has it most often.
  private var counts = [0]

  /// An empty tree of n-grams of up to `order` symbols.
  init(order: Int) {
    self.order = order
  }

  /// Adds the n-grams of a reference; each counts as often as it is in the one that has most.
  mutating func add(_ symbols: [UInt32]) {
    var found = Array(repeating: 0, count: counts.count)
    for start in symbols.indices {
      var node = 0
      for symbol in symbols[start..<min(start + order, symbols.count)] {
        let key = Self.key(node, symbol)
        if let child = children[key] {
          node = child
        } else {
          node = counts.count
          children[key] = node
          counts.append(0)
          found.append(0)
        }
        found[node] += 1
        counts[node] = max(counts[node], found[node])
      }
    }
  }

  /// How many n-grams of a hypothesis are in the references, for each order from 1; none counts
  /// more often than it is there.
  func matches(of symbols: [UInt32]) -> [Int] {
    var matches = Array(repeating: 0, count: order)
    var found = Array(repeating: 0, count: counts.count)
    for start in symbols.indices {
      var node = 0
      for (length, symbol) in symbols[start..<min(start + order, symbols.count)].enumerated() {
        // What is not there has no continuation there.
        guard let child = children[Self.key(node, symbol)] else { break }
        node = child
        found[node] += 1
        if found[node] <= counts[node] { matches[length] += 1 }
      }
    }
    return matches
  }

  /// How many n-grams there are in `count` symbols, for each order from 1 to `order`.
  static func totals(of count: Int, order: Int) -> [Int] {
    (0..<order).map { max(0, count - $0) }
  }

  private static func key(_ node: Int, _ symbol: UInt32) -> UInt64 {
    UInt64(node) << 32 | UInt64(symbol)
  }
}

/// Numbers for words, the same for the same word.
struct WordNumbers {
  private var numbers: [ArraySlice<Unicode.Scalar>: UInt32] = [:]

  /// The numbers of words, a new one for a word that has none.
  mutating func callAsFunction(_ words: [ArraySlice<Unicode.Scalar>]) -> [UInt32] {
    words.map { word in
      if let number = numbers[word] { return number }
      let number = UInt32(numbers.count)
      numbers[word] = number
      return number
    }
  }
}
