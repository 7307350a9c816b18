/// A token that is found in the text itself, before the model sees it.
struct AddedToken: Hashable, Codable, Sendable {
  var id: Int
  /// Whether it stands for no text, such as the start of a sentence.
  var isSpecial = true
  /// Whether it is found only where no word touches it.
  var isSingleWord = false
  /// Whether the white space before it belongs to it.
  var stripsLeft = false
  /// Whether the white space behind it belongs to it.
  var stripsRight = false
  /// Whether it is looked for in the text after its normalisation, and normalised itself.
  var isNormalized = false
}

/// Finds added tokens in a text: at each place the longest.
struct AddedTokenFinder: Sendable {
  private let tokens: [AddedToken]
  private let trie: ByteTrie
  /// Whether special tokens are found; where they are not, no token that they overlap is.
  private let findsSpecial: Bool

  /// - Parameters:
  ///   - tokens: the tokens and the bytes by which each is found.
  ///   - findsSpecial: whether special tokens count.
  init(_ tokens: [(token: AddedToken, bytes: [UInt8])], findsSpecial: Bool) {
    // Special tokens come first: of two that look alike the first is found.
    let ordered = tokens.filter(\.token.isSpecial) + tokens.filter { !$0.token.isSpecial }
    self.tokens = ordered.map(\.token)
    var trie = ByteTrie()
    for (index, entry) in ordered.enumerated() {
      trie.insert(entry.bytes.span, value: index, keepingFirst: true)
    }
    self.trie = trie
    self.findsSpecial = findsSpecial
  }

  var isEmpty: Bool { trie.isEmpty }

  /// Calls `body` with the parts of a text: tokens, and what is between them.
  func forEachPart(of text: Span<UInt8>, _ body: (_ id: Int?, _ range: Range<Int>) -> Void) {
    var end = 0
    var position = 0
    while !trie.isEmpty, position < text.count {
      guard trie.hasStart(text[position]),
        let match = trie.longestPrefix(of: text, from: position)
      else {
        position += 1
        continue
      }
      let token = tokens[match.value]
      let range = position..<match.end
      position = match.end
      guard findsSpecial || !token.isSpecial else { continue }
      guard !token.isSingleWord || Self.isSingleWord(range, in: text) else { continue }
      var start = range.lowerBound
      var stop = range.upperBound
      if token.stripsLeft { start = max(Self.spaceStart(before: start, in: text), end) }
      if token.stripsRight { stop = Self.spaceEnd(from: stop, in: text) }
      if end < start { body(nil, end..<start) }
      body(token.id, start..<stop)
      end = stop
    }
    if end < text.count { body(nil, end..<text.count) }
  }

  private static func isSingleWord(_ range: Range<Int>, in text: Span<UInt8>) -> Bool {
    let before =
      range.lowerBound > 0
      ? text.scalar(at: text.scalarStart(before: range.lowerBound)).value : 0x20
    let after =
      range.upperBound < text.count ? text.scalar(at: range.upperBound).value : 0x20
    return !ScalarClasses.isWord(before) && !ScalarClasses.isWord(after)
  }

  private static func spaceStart(before position: Int, in text: Span<UInt8>) -> Int {
    var position = position
    while position > 0 {
      let start = text.scalarStart(before: position)
      guard ScalarClasses.isWhitespace(text.scalar(at: start).value) else { break }
      position = start
    }
    return position
  }

  private static func spaceEnd(from position: Int, in text: Span<UInt8>) -> Int {
    var position = position
    while position < text.count {
      let (value, length) = text.scalar(at: position)
      guard ScalarClasses.isWhitespace(value) else { break }
      position += length
    }
    return position
  }
}
