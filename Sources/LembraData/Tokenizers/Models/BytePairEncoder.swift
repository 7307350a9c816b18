/// The merges of byte-pair encoding (Sennrich and others, 2016) and what goes with them.
struct BytePairRules: Hashable, Codable, Sendable {
  /// The ids that are merged, two for each merge, the first merge first.
  var merges: [Int32]
  /// Whether characters that are unknown and touch each other are one unknown token.
  var fusesUnknown = false
  /// Whether unknown characters become the tokens of their bytes, such as `<0x0A>`.
  var fallsBackToBytes = false
  /// Whether a piece that is a token is not made by merges.
  var ignoresMerges = false
  /// What tokens begin with that do not begin a word.
  var prefix = ""
  /// What tokens end with that end a word.
  var suffix = ""
}

/// Encodes pieces by merging the pair of the lowest rank, the leftmost first, until no pair is left.
struct BytePairEncoder: Sendable {
  private let rules: BytePairRules
  private let tokens: ModelTokens
  private let scalars: ScalarTokens
  private let byteTokens: [Int32]
  private let unknown: Int32?
  /// From a pair of ids to its rank and, in the lower half, the id that it becomes.
  private let pairs: PairTable
  /// The id that the merge of each rank makes.
  private let merged: [Int32]
  private let prefix: [UInt8]
  private let suffix: [UInt8]

  init(_ rules: BytePairRules, _ tokens: ModelTokens) {
    self.rules = rules
    self.tokens = tokens
    scalars = ScalarTokens(tokens)
    byteTokens = rules.fallsBackToBytes ? tokens.byteTokens : []
    unknown = tokens.vocabulary.unknown.map { Int32($0) }
    prefix = Array(rules.prefix.utf8)
    suffix = Array(rules.suffix.utf8)
    var pairs = PairTable(minimumCapacity: rules.merges.count / 2)
    var merged: [Int32] = []
    for place in stride(from: 0, to: rules.merges.count, by: 2) {
      let (left, right) = (rules.merges[place], rules.merges[place + 1])
      let id = rules.result(of: left, right, tokens.vocabulary).map { Int32($0) } ?? -1
      pairs[PairTable.key(left, right)] =
        UInt64(merged.count) << 32 | UInt64(UInt32(bitPattern: id))
      merged.append(id)
    }
    self.pairs = pairs
    self.merged = merged
  }

  /// Appends the ids of a piece.
  func encode(_ piece: Span<UInt8>, _ scratch: inout EncodingScratch, to ids: inout [Int32]) {
    if rules.ignoresMerges, let id = tokens.id(piece) {
      ids.append(Int32(id))
      return
    }
    scratch.symbols.removeAll(keepingCapacity: true)
    appendSymbols(of: piece, to: &scratch.symbols)
    guard scratch.symbols.count > 1 else {
      ids.append(contentsOf: scratch.symbols)
      return
    }
    merge(&scratch)
    var index = 0
    while index >= 0 {
      ids.append(scratch.symbols[index])
      index = Int(scratch.next[index])
    }
  }

  // MARK: - Symbols

  private func appendSymbols(of piece: Span<UInt8>, to symbols: inout [Int32]) {
    var pending: Int32?
    piece.forEachScalar { value, range in
      let isAffixed =
        !prefix.isEmpty && range.lowerBound > 0
        || !suffix.isEmpty && range.upperBound == piece.count
      let id = isAffixed ? affixedId(value, range, piece.count) : scalars.id(of: value)
      if let id {
        if let unknown = pending { symbols.append(unknown) }
        pending = nil
        symbols.append(id)
      } else if appendBytes(value, range, piece.count, to: &symbols) {
        // An unknown token before them waits for what comes behind, as in `tokenizers`.
      } else if let unknown {
        if pending != nil, !rules.fusesUnknown { symbols.append(unknown) }
        pending = unknown
      }
    }
    if let unknown = pending { symbols.append(unknown) }
  }

  /// A scalar with the marks of its place in the word.
  private func affixed(_ value: UInt32, _ range: Range<Int>, _ count: Int) -> [UInt8] {
    var bytes = range.lowerBound > 0 ? prefix : []
    bytes.append(scalar: value)
    return range.upperBound == count ? bytes + suffix : bytes
  }

  private func affixedId(_ value: UInt32, _ range: Range<Int>, _ count: Int) -> Int32? {
    tokens.id(affixed(value, range, count).span).map { Int32($0) }
  }

  /// Appends the tokens of a scalar's bytes, if all are there.
  private func appendBytes(
    _ value: UInt32, _ range: Range<Int>, _ count: Int, to symbols: inout [Int32]
  ) -> Bool {
    guard rules.fallsBackToBytes else { return false }
    let ids = affixed(value, range, count).map { byteTokens[Int($0)] }
    guard ids.allSatisfy({ $0 >= 0 }) else { return false }
    symbols.append(contentsOf: ids)
    return true
  }

  // MARK: - Merging

  /// Links the symbols to a list and merges pairs in it; the first symbol stays the first.
  private func merge(_ scratch: inout EncodingScratch) {
    let count = scratch.symbols.count
    scratch.next.removeAll(keepingCapacity: true)
    scratch.previous.removeAll(keepingCapacity: true)
    scratch.queue.removeAll()
    for index in 0..<count {
      scratch.next.append(index + 1 < count ? Int32(index + 1) : -1)
      scratch.previous.append(Int32(index - 1))
      if index + 1 < count {
        enqueue(index, scratch.symbols[index], scratch.symbols[index + 1], &scratch.queue)
      }
    }
    while let entry = scratch.queue.pop() {
      let index = Int(entry & 0xFFFF_FFFF)
      // A symbol that was merged into the one before it is -1.
      guard scratch.symbols[index] >= 0, scratch.next[index] >= 0 else { continue }
      let nextIndex = Int(scratch.next[index])
      let key = PairTable.key(scratch.symbols[index], scratch.symbols[nextIndex])
      let id = merged[Int(entry >> 32)]
      // The pair may have changed since it was put into the queue.
      guard let pair = pairs[key], Int32(truncatingIfNeeded: pair) == id else { continue }
      scratch.symbols[index] = id
      scratch.symbols[nextIndex] = -1
      let following = scratch.next[nextIndex]
      scratch.next[index] = following
      if following >= 0 {
        scratch.previous[Int(following)] = Int32(index)
        enqueue(index, id, scratch.symbols[Int(following)], &scratch.queue)
      }
      let before = scratch.previous[index]
      if before >= 0 {
        enqueue(Int(before), scratch.symbols[Int(before)], id, &scratch.queue)
      }
    }
  }

  @inline(__always)
  private func enqueue(
    _ index: Int, _ left: Int32, _ right: Int32, _ queue: inout BinaryHeap<UInt64>
  ) {
    guard let pair = pairs[PairTable.key(left, right)] else { return }
    queue.push((pair >> 32) << 32 | UInt64(index))
  }
}

extension BytePairRules {
  /// The id of the token that two become when they are merged.
  func result(of left: Int32, _ right: Int32, _ vocabulary: Vocabulary) -> Int? {
    let tail = vocabulary.bytes(of: Int(right)).dropFirst(prefix.utf8.count)
    let bytes = Array(vocabulary.bytes(of: Int(left))) + tail
    return vocabulary.id(ofBytes: bytes.span)
  }
}
