import LembraTensor

/// What a step looks for in a text.
enum TextPattern: Hashable, Codable, Sendable {
  /// This very text.
  case literal(text: String)
  /// A regular expression.
  case expression(pattern: String)
}

/// A `TextPattern` ready to be looked for.
struct TextMatcher: Sendable {
  private enum Kind: Sendable {
    case literal([UInt8])
    case expression(PatternProgram)
  }

  private let kind: Kind

  /// - Throws: `LembraError` when the pattern is empty or not understood.
  init(_ pattern: TextPattern) throws(LembraError) {
    switch pattern {
    case .literal(let text):
      guard !text.isEmpty else {
        throw LembraError(
          .invalidFile, "the text that is looked for is empty", remedy: "give a text")
      }
      kind = .literal(Array(text.utf8))
    case .expression(let pattern): kind = .expression(try PatternProgram(pattern))
    }
  }

  /// Calls `body` with each match, from left to right; matches do not overlap.
  func forEachMatch(in text: Span<UInt8>, _ body: (Range<Int>) -> Void) {
    switch kind {
    case .literal(let literal):
      var position = 0
      while position + literal.count <= text.count {
        let end = position + literal.count
        if text[position] == literal[0],
          text.extracting(position..<end).hasBytes(of: literal.span)
        {
          body(position..<end)
          position = end
        } else {
          position += 1
        }
      }
    case .expression(let program):
      var machine = PatternMachine(program)
      var position = 0
      while let match = machine.firstMatch(in: text, from: position) {
        body(match)
        position = match.upperBound
      }
    }
  }

  /// The text with `content` in the place of every match.
  func replacing(in text: MarkedText, with content: [UInt8]) -> MarkedText {
    var result = MarkedText([], start: 0)
    result.bytes.reserveCapacity(text.bytes.count)
    var end = 0
    func copy(upTo position: Int) {
      result.bytes.append(contentsOf: text.bytes[end..<position])
      result.start += max(0, min(text.start, position) - end)
    }
    forEachMatch(in: text.bytes.span) { match in
      copy(upTo: match.lowerBound)
      result.bytes.append(contentsOf: content)
      // What was replaced counts as a whole.
      if match.upperBound <= text.start { result.start += content.count }
      end = match.upperBound
    }
    copy(upTo: text.bytes.count)
    return result
  }
}
