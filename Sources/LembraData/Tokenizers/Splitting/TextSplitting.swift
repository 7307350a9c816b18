import LembraTensor

/// A step that splits the text into pieces, which the model sees one by one.
enum TextSplitting: Hashable, Codable, Sendable {
  /// Writes every byte as a printable character, as in GPT-2 (Radford and others, 2019); before
  /// that, pieces are split at words unless told otherwise.
  case byteLevel(addsPrefixSpace: Bool, splitsWords: Bool)
  /// Words, and what stands between words and white space.
  case wordsAndSigns
  /// At white space, which is left out.
  case whitespace
  /// As `whitespace`, and every punctuation mark is a piece.
  case bert
  case metaspace(Metaspace)
  case punctuation(behavior: SplitBehavior)
  /// At numerals, each one or all that touch each other.
  case digits(individually: Bool)
  case pattern(TextPattern, behavior: SplitBehavior, isInverted: Bool)
  /// At a character, which is left out.
  case delimiter(scalar: UInt32)

  private enum CodingKeys: String, CodingKey {
    case byteLevel, wordsAndSigns, whitespace, bert, metaspace, punctuation, digits, pattern
    case delimiter
  }
}

/// A visible character that stands for the space in front of a word, as in SentencePiece (Kudo and
/// Richardson, 2018).
struct Metaspace: Hashable, Codable, Sendable {
  /// The character.
  var scalar: UInt32
  var prefix: Tokenizer.SpacePrefix
  /// Whether a piece begins at each such character.
  var splits: Bool

  /// `▁`, lower one eighth block.
  static let standard: UInt32 = 0x2581
}

/// The steps of a tokenizer's splitting, ready to run.
struct TextSplitter: Sendable {
  private enum Step: Sendable {
    case byteLevel(addsPrefixSpace: Bool, words: TextMatcher?)
    case wordsAndSigns
    case metaspace(scalar: UInt32, bytes: [UInt8], prefix: Tokenizer.SpacePrefix, splits: Bool)
    case scalars(SplitBehavior, @Sendable (UInt32) -> Bool)
    case pattern(TextMatcher, SplitBehavior, isInverted: Bool)
  }

  private let steps: [Step]

  /// GPT-2's words: contractions, then letters, numerals or other signs, each with a space in front,
  /// then white space, whose last character is left to what follows.
  private static let words =
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

  /// - Throws: `LembraError` when a pattern is not supported.
  init(_ steps: [TextSplitting]) throws(LembraError) {
    var compiled: [Step] = []
    for step in steps {
      switch step {
      case .byteLevel(let addsPrefixSpace, let splitsWords):
        let words = splitsWords ? try TextMatcher(.expression(pattern: Self.words)) : nil
        compiled.append(.byteLevel(addsPrefixSpace: addsPrefixSpace, words: words))
      case .wordsAndSigns: compiled.append(.wordsAndSigns)
      case .whitespace: compiled.append(.scalars(.removed, ScalarClasses.isWhitespace))
      case .bert:
        compiled.append(.scalars(.removed, ScalarClasses.isWhitespace))
        compiled.append(.scalars(.isolated, ScalarClasses.isPunctuation))
      case .metaspace(let metaspace):
        var bytes: [UInt8] = []
        bytes.append(scalar: metaspace.scalar)
        compiled.append(
          .metaspace(
            scalar: metaspace.scalar, bytes: bytes, prefix: metaspace.prefix,
            splits: metaspace.splits))
      case .punctuation(let behavior):
        compiled.append(.scalars(behavior, ScalarClasses.isPunctuation))
      case .digits(let individually):
        compiled.append(
          .scalars(individually ? .isolated : .contiguous) {
            ScalarClasses.contains(ScalarClasses.number, $0)
          })
      case .pattern(let pattern, let behavior, let isInverted):
        compiled.append(
          .pattern(try TextMatcher(pattern), behavior, isInverted: isInverted))
      case .delimiter(let scalar): compiled.append(.scalars(.removed) { $0 == scalar })
      }
    }
    self.steps = compiled
  }

  /// The pieces after all steps.
  func callAsFunction(_ pieces: Pieces) -> Pieces {
    var pieces = pieces
    for step in steps { pieces = Self.apply(step, to: pieces) }
    return pieces
  }

  // MARK: - Steps

  private static func apply(_ step: Step, to pieces: Pieces) -> Pieces {
    var parts = PieceParts()
    switch step {
    case .byteLevel(let addsPrefixSpace, let words):
      return byteLevel(pieces, addsPrefixSpace, words)
    case .wordsAndSigns: return wordsAndSigns(pieces)
    case .metaspace(let scalar, let bytes, let prefix, let splits):
      return metaspace(pieces, scalar, bytes, prefix, splits)
    case .scalars(let behavior, let isMatch):
      return pieces.mapped { piece, result in
        parts.set(piece) { match in
          let text = pieces.bytes.span.extracting(piece)
          text.forEachScalar { value, range in
            guard isMatch(value) else { return }
            match(piece.lowerBound + range.lowerBound..<piece.lowerBound + range.upperBound)
          }
        }
        parts.append(of: pieces.bytes, behavior, to: &result)
      }
    case .pattern(let matcher, let behavior, let isInverted):
      return pieces.mapped { piece, result in
        parts.set(piece) { match in
          matcher.forEachMatch(in: pieces.bytes.span.extracting(piece)) {
            match(piece.lowerBound + $0.lowerBound..<piece.lowerBound + $0.upperBound)
          }
        }
        if isInverted { parts.invert() }
        parts.append(of: pieces.bytes, behavior, to: &result)
      }
    }
  }

  private static func byteLevel(
    _ pieces: Pieces, _ addsPrefixSpace: Bool, _ words: TextMatcher?
  ) -> Pieces {
    pieces.mapped { piece, result in
      var text = pieces.bytes
      var range = piece
      if addsPrefixSpace, text[piece.lowerBound] != 0x20 {
        text = [0x20] + text[piece]
        range = text.indices
      }
      guard let words else {
        ByteAlphabet.write(text[range], to: &result)
        return result.endPiece()
      }
      // The words cover all of the text.
      words.forEachMatch(in: text.span.extracting(range)) { word in
        let start = range.lowerBound
        ByteAlphabet.write(text[start + word.lowerBound..<start + word.upperBound], to: &result)
        result.endPiece()
      }
    }
  }

  private static func wordsAndSigns(_ pieces: Pieces) -> Pieces {
    pieces.mapped { piece, result in
      var kind: Bool?
      pieces.bytes.span.extracting(piece).forEachScalar { value, range in
        if ScalarClasses.isWhitespace(value) {
          result.endPiece()
          kind = nil
          return result.leaveOut()
        }
        let isWord = ScalarClasses.isWord(value)
        if let kind, kind != isWord { result.endPiece() }
        kind = isWord
        let start = piece.lowerBound
        result.extend(by: pieces.bytes[start + range.lowerBound..<start + range.upperBound])
      }
      result.endPiece()
    }
  }

  private static func metaspace(
    _ pieces: Pieces, _ scalar: UInt32, _ bytes: [UInt8], _ prefix: Tokenizer.SpacePrefix,
    _ splits: Bool
  ) -> Pieces {
    pieces.mapped { piece, result in
      let text = pieces.bytes.span.extracting(piece)
      let first = text.scalar(at: 0).value
      let isAtStart = piece.lowerBound == 0 && pieces.startsText
      let addsPrefix = prefix == .always || prefix == .first && isAtStart
      if addsPrefix, first != 0x20, first != scalar { result.extend(by: bytes) }
      text.forEachScalar { value, range in
        guard value == 0x20 || value == scalar else {
          let start = piece.lowerBound
          return result.extend(
            by: pieces.bytes[start + range.lowerBound..<start + range.upperBound])
        }
        if splits { result.endPiece() }
        result.extend(by: bytes)
      }
      result.endPiece()
    }
  }
}
