/// Encodes words by the longest token that each rest of a word begins with, as in BERT.
struct WordPieceEncoder: Sendable {
  /// The tokens that a word can begin with.
  private let initial: ByteTrie
  /// The tokens that a word can go on with, without the prefix that marks them.
  private let continuing: ByteTrie
  private let longestWord: Int
  private let unknown: Int32?

  init(_ tokens: ModelTokens, prefix: String, longestWord: Int) {
    let prefix = Array(prefix.utf8)
    var initial = ByteTrie()
    var continuing = ByteTrie()
    for id in 0..<tokens.count where tokens.contains(id) {
      let bytes = Array(tokens.vocabulary.bytes(of: id))
      initial.insert(bytes.span, value: id)
      if bytes.starts(with: prefix) {
        continuing.insert(Array(bytes.dropFirst(prefix.count)).span, value: id)
      }
    }
    self.initial = initial
    self.continuing = continuing
    self.longestWord = longestWord
    unknown = tokens.vocabulary.unknown.map { Int32($0) }
  }

  /// Appends the ids of a word, or the unknown id when it cannot be put together.
  func encode(_ word: Span<UInt8>, to ids: inout [Int32]) {
    let count = ids.count
    var position = 0
    var isKnown = isShort(word)
    while isKnown, position < word.count {
      let trie = position == 0 ? initial : continuing
      if let (end, id) = trie.longestPrefix(of: word, from: position) {
        ids.append(Int32(id))
        position = end
      } else {
        isKnown = false
      }
    }
    guard !isKnown else { return }
    ids.removeLast(ids.count - count)
    if let unknown { ids.append(unknown) }
  }

  private func isShort(_ word: Span<UInt8>) -> Bool {
    guard word.count > longestWord else { return true }
    var length = 0
    word.forEachScalar { _, _ in length += 1 }
    return length <= longestWord
  }
}
