extension DecodingStage {
  /// The text of a token, by a step that needs no other token for it.
  func text(of token: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    switch step {
    case .wordPiece(let prefix, let cleansUp):
      var text = token
      if !isFirst {
        let prefix = Array(prefix.utf8)
        text = token.starts(with: prefix) ? token.dropFirst(prefix.count) : [0x20] + token
      }
      return cleansUp ? Self.cleansed(text) : text
    case .metaspace(let scalar, let dropsFirst):
      var text: [UInt8] = []
      token.span.forEachScalar { value, range in
        if value != scalar {
          let start = token.startIndex
          text.append(contentsOf: token[start + range.lowerBound..<start + range.upperBound])
        } else if !(isFirst && dropsFirst) {
          text.append(0x20)
        }
      }
      return text[...]
    case .strip(let scalar, let start, let end): return Self.stripped(token, scalar, start, end)
    case .replace(_, let content):
      let text = MarkedText(Array(token), start: 0)
      return matcher?.replacing(in: text, with: Array(content.utf8)).bytes[...] ?? token
    default: return token
    }
  }

  /// The token with `content` in every place of `text`.
  static func replacing(
    _ text: String, in token: ArraySlice<UInt8>, with content: String
  ) -> ArraySlice<UInt8> {
    let wanted = Array(text.utf8)
    var result: [UInt8] = []
    var position = token.startIndex
    while position < token.endIndex {
      if token[position...].starts(with: wanted) {
        result.append(contentsOf: content.utf8)
        position += wanted.count
      } else {
        result.append(token[position])
        position += 1
      }
    }
    return result[...]
  }

  /// Without the spaces that words of English do not have, in this order.
  private static func cleansed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let replacements = [
      (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"),
      (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ]
    guard text.contains(0x20) else { return text }
    return replacements.reduce(text) { replacing($1.0, in: $0, with: $1.1) }
  }

  /// The token without a character at its ends, which is taken away up to so many times.
  static func stripped(
    _ token: ArraySlice<UInt8>, _ scalar: UInt32, _ start: Int, _ end: Int
  ) -> ArraySlice<UInt8> {
    var content: [UInt8] = []
    content.append(scalar: scalar)
    var rest = token
    var count = 0
    while count < start, rest.starts(with: content) {
      rest = rest.dropFirst(content.count)
      count += 1
    }
    count = 0
    while count < end, rest.count >= content.count, rest.suffix(content.count) == content[...] {
      rest = rest.dropLast(content.count)
      count += 1
    }
    return rest
  }
}
