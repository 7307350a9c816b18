import LembraTensor

/// Finds the merges of byte-pair encoding.
///
/// The counts of all pairs are kept up to date while words are rewritten, and the most frequent pair
/// comes from a queue whose entries may be out of date: one whose count has changed is put back. A
/// pair that was merged keeps its count, to which new appearances are added, as in the library
/// `tokenizers`, whose merges these are. They depend on the counts of the words alone, not on their
/// order.
struct BytePairTrainer {
  /// All tokens: special ones, the alphabet, then one for each merge that makes a new one.
  private var table = ByteStringTable()
  private let size: Int
  private let specialCount: Int
  /// The ids of each merge.
  private var merges: [UInt64] = []

  // The words: where the symbols of each begin, and how many are left.
  private var symbols: [Int32] = []
  private var starts: [Int] = []
  private var lengths: [Int] = []
  private let weights: [Int]

  // The pairs, numbered in the order in which they were met.
  private var numbers = PairTable(minimumCapacity: 1 << 12)
  private var keys: [UInt64] = []
  private var counts: [Int] = []
  /// For each pair the words where it was met since it was put into the queue.
  private var newWords: [[Int32]] = []
  /// The pairs with new words.
  private var touched: [Int] = []
  private var queue = BinaryHeap<Entry>()

  private struct Entry: Comparable {
    var count: Int
    var key: UInt64
    var number: Int
    var words: [Int32]

    static func < (left: Entry, right: Entry) -> Bool {
      left.count != right.count ? left.count > right.count : left.key < right.key
    }

    static func == (left: Entry, right: Entry) -> Bool {
      left.count == right.count && left.key == right.key
    }
  }

  /// - Throws: `LembraError` when `size` is too small, or a special token is in the alphabet.
  init(
    _ words: TokenCounts, _ special: SpecialTokens, alphabet: [String], size: Int
  ) throws(LembraError) {
    self.size = size
    specialCount = special.tokens.count
    weights = words.counts
    for token in special.tokens { table.insert(token) }
    for letter in alphabet {
      guard table.insert(letter).isNew else { throw special.conflict(letter) }
    }
    guard size >= table.count else {
      throw LembraError(
        .invalidOption,
        "\(counted(size, "token")) cannot hold \(counted(specialCount, "special token")) and an "
          + "alphabet of \(alphabet.count)",
        remedy: "choose a size of \(table.count) or more", at: .init(name: "size"))
    }
    for word in words.counts.indices {
      starts.append(symbols.count)
      words.withBytes(of: word) { bytes in
        bytes.forEachScalar { _, range in
          let id = table.index(of: bytes.extracting(range))
          if let id { symbols.append(Int32(id)) }
        }
      }
      lengths.append(symbols.count - starts[word])
    }
  }

  var tokens: [String] { (0..<table.count).map(table.string) }

  /// The ids of the merges, two for each; of equal merges the last counts.
  var distinctMerges: [Int32] {
    var seen: Set<UInt64> = []
    let distinct = merges.reversed().filter { seen.insert($0).inserted }.reversed()
    return distinct.flatMap { [Int32($0 >> 32), Int32($0 & 0xFFFF_FFFF)] }
  }

  /// Merges until there are `size` tokens, or no pair is met `minimumCount` times.
  mutating func train(minimumCount: Int) {
    countPairs()
    while table.count < size, var top = queue.pop() {
      guard top.count == counts[top.number] else {
        top.count = counts[top.number]
        if top.count > 0 { queue.push(top) }
        continue
      }
      guard top.count >= minimumCount else { break }
      let (left, right) = (Int32(top.key >> 32), Int32(top.key & 0xFFFF_FFFF))
      let text =
        Array(table.bytes[table.range(Int(left))]) + table.bytes[table.range(Int(right))]
      // No text becomes a special token.
      if let existing = table.index(of: text.span), existing < specialCount { continue }
      let merged = Int32(table.insert(text.span).index)
      merges.append(top.key)
      for word in top.words { merge(left, right, to: merged, inWord: Int(word)) }
      enqueueTouched()
    }
  }

  private mutating func countPairs() {
    for word in starts.indices {
      let start = starts[word]
      for place in start..<max(start, start + lengths[word] - 1) {
        change(symbols[place], symbols[place + 1], by: weights[word], word)
      }
    }
    enqueueTouched()
  }

  /// Rewrites a word, and brings the counts of its pairs up to date.
  private mutating func merge(_ left: Int32, _ right: Int32, to merged: Int32, inWord word: Int) {
    let start = starts[word]
    let end = start + lengths[word]
    let weight = weights[word]
    var read = start
    var write = start
    while read < end {
      guard symbols[read] == left, read + 1 < end, symbols[read + 1] == right else {
        symbols[write] = symbols[read]
        read += 1
        write += 1
        continue
      }
      if write > start {
        let before = symbols[write - 1]
        change(before, left, by: -weight, word)
        change(before, merged, by: weight, word)
      }
      if read + 2 < end {
        let after = symbols[read + 2]
        change(right, after, by: -weight, word)
        change(merged, after, by: weight, word)
      }
      symbols[write] = merged
      read += 2
      write += 1
    }
    lengths[word] = write - start
  }

  private mutating func change(_ left: Int32, _ right: Int32, by weight: Int, _ word: Int) {
    let key = PairTable.key(left, right)
    let number: Int
    if let known = numbers[key] {
      number = Int(known)
      counts[number] += weight
    } else {
      number = keys.count
      numbers[key] = UInt64(number)
      keys.append(key)
      counts.append(weight)
      newWords.append([])
    }
    guard weight > 0 else { return }
    if newWords[number].isEmpty { touched.append(number) }
    if newWords[number].last != Int32(word) { newWords[number].append(Int32(word)) }
  }

  /// Puts the pairs with new words into the queue.
  private mutating func enqueueTouched() {
    for number in touched {
      let words = newWords[number]
      newWords[number] = []
      guard counts[number] > 0 else { continue }
      queue.push(
        Entry(count: counts[number], key: keys[number], number: number, words: words))
    }
    touched.removeAll(keepingCapacity: true)
  }
}
