public import LembraTensor

extension Vocabulary {
  /// Counts tokens and keeps the frequent ones.
  ///
  /// The reserved tokens come first, in their order, whether they were counted or not. The others
  /// follow from the most to the least frequent; of two that are equally frequent the one whose
  /// UTF-8 is smaller comes first.
  ///
  /// - Parameters:
  ///   - tokens: the tokens of the text, with every repetition.
  ///   - minimumCount: how often a token must appear to be kept.
  ///   - maximumSize: the largest number of tokens, the reserved ones included; none when nil.
  ///   - reserved: the tokens that come first, such as `<pad>`.
  ///   - unknown: what stands for tokens that are not kept; it is one of `reserved`, or is put before
  ///     them.
  /// - Throws: `LembraError` with code `invalidOption` when `maximumSize` has no room for the
  ///   reserved tokens, and `invalidData` when one of these is given twice.
  public init(
    counting tokens: some Sequence<String>, minimumCount: Int = 1, maximumSize: Int? = nil,
    reserved: [String] = [], unknown: String? = nil
  ) throws(LembraError) {
    var counts = TokenCounts()
    for token in tokens { counts.add(token) }
    try self.init(
      counts, minimumCount: minimumCount, maximumSize: maximumSize, reserved: reserved,
      unknown: unknown)
  }

  init(
    _ counts: TokenCounts, minimumCount: Int, maximumSize: Int?, reserved: [String],
    unknown: String?
  ) throws(LembraError) {
    let reserved = Self.reserved(reserved, unknown: unknown)
    if let maximumSize, maximumSize < reserved.count {
      throw LembraError(
        .invalidOption,
        "\(counted(maximumSize, "token")) cannot hold \(reserved.count) reserved ones",
        remedy: "choose a larger maximum", at: .init(name: "maximumSize"))
    }
    let first = try Vocabulary(reserved, unknown: unknown)
    var table = first.table
    for index in counts.mostFrequent(minimumCount: minimumCount) {
      if let maximumSize, table.count >= maximumSize { break }
      counts.withBytes(of: index) { _ = table.insert($0) }
    }
    try self.init(table, unknown: unknown)
  }

  /// The reserved tokens with the unknown one among them.
  static func reserved(_ tokens: [String], unknown: String?) -> [String] {
    guard let unknown, !tokens.contains(where: { $0.utf8.elementsEqual(unknown.utf8) }) else {
      return tokens
    }
    return [unknown] + tokens
  }
}

/// How often each token was met.
struct TokenCounts: Sendable {
  private(set) var table = ByteStringTable()
  private(set) var counts: [Int] = []

  mutating func add(_ token: String) {
    let bytes = Array(token.utf8)
    add(bytes.span)
  }

  mutating func add(_ token: Span<UInt8>) {
    let (index, isNew) = table.insert(token)
    if isNew { counts.append(0) }
    counts[index] += 1
  }

  func withBytes<R>(of index: Int, _ body: (Span<UInt8>) -> R) -> R {
    body(table.bytes.span.extracting(table.range(index)))
  }

  /// The tokens from the most to the least frequent, those equally frequent by their bytes.
  func mostFrequent(minimumCount: Int = 1) -> [Int] {
    counts.indices.filter { counts[$0] >= minimumCount }.sorted { left, right in
      counts[left] != counts[right]
        ? counts[left] > counts[right] : precedes(left, right)
    }
  }

  /// The tokens by their bytes.
  func sorted() -> [Int] { counts.indices.sorted(by: precedes) }

  private func precedes(_ left: Int, _ right: Int) -> Bool {
    table.bytes[table.range(left)].lexicographicallyPrecedes(table.bytes[table.range(right)])
  }
}
