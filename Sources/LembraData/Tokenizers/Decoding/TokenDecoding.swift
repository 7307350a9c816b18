import LembraTensor

/// A step that makes text of tokens again.
enum TokenDecoding: Hashable, Codable, Sendable {
  /// Turns printable characters into the bytes that they stand for, and all tokens into one.
  case byteLevel
  /// Puts a space in front of tokens that begin a word, and takes away the prefix of the others.
  case wordPiece(prefix: String, cleansUp: Bool)
  /// Writes spaces for a character; not in the first token if `dropsFirst`.
  case metaspace(scalar: UInt32, dropsFirst: Bool)
  /// Writes a space for the mark of a word's end, but for the last.
  case wordEnd(suffix: String)
  /// Turns tokens such as `<0x0A>` into the text of their bytes.
  case byteFallback
  /// Turns all tokens into one.
  case fuse
  /// Takes a character away, up to so many times, from both ends of each token.
  case strip(scalar: UInt32, start: Int, end: Int)
  case replace(pattern: TextPattern, content: String)
  /// Puts a space between tokens, and turns all into one.
  case spaced

  /// Whether what follows sees one token.
  var fuses: Bool { [.byteLevel, .fuse, .spaced].contains(self) }

  /// - Throws: `LembraError` when a number or a text cannot be used.
  func validate() throws(LembraError) {
    let isSound =
      switch self {
      case .metaspace(let scalar, _): Unicode.Scalar(scalar) != nil
      case .wordEnd(let suffix): !suffix.isEmpty
      case .strip(let scalar, let start, let end):
        Unicode.Scalar(scalar) != nil && start >= 0 && end >= 0
      default: true
      }
    guard !isSound else { return }
    throw LembraError(
      .invalidFile, "a step of the decoder has a value that cannot be used",
      remedy: "save the tokenizer again")
  }
}

/// The steps of a tokenizer's decoding, ready to run.
struct TokenDecodingSteps: Sendable {
  let steps: [(step: TokenDecoding, matcher: TextMatcher?)]

  /// - Throws: `LembraError` when a pattern is not supported or a value cannot be used.
  init(_ steps: [TokenDecoding]) throws(LembraError) {
    var compiled: [(TokenDecoding, TextMatcher?)] = []
    for step in steps {
      try step.validate()
      if case .replace(let pattern, _) = step {
        compiled.append((step, try TextMatcher(pattern)))
      } else {
        compiled.append((step, nil))
      }
    }
    self.steps = compiled
  }

  /// The steps before any token; those that are eager give text back as soon as they can.
  func stages(areEager: Bool) -> [DecodingStage] {
    var isFused = false
    return steps.map { step, matcher in
      defer { isFused = isFused || step.fuses }
      return DecodingStage(step, matcher, seesOneToken: isFused, isEager: areEager)
    }
  }
}
