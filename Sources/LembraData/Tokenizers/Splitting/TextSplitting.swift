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
  case metaspace(mark: Metaspace)
  case punctuation(behavior: SplitBehavior)
  /// At numerals, each one or all that touch each other.
  case digits(individually: Bool)
  case pattern(pattern: TextPattern, behavior: SplitBehavior, isInverted: Bool)
  /// At a character, which is left out.
  case delimiter(scalar: UInt32)
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
    case metaspace(mark: [UInt8], prefix: Tokenizer.SpacePrefix, splits: Bool)
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
        var mark: [UInt8] = []
        mark.append(scalar: metaspace.scalar)
        compiled.append(
          .metaspace(mark: mark, prefix: metaspace.prefix, splits: metaspace.splits))
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
    case .metaspace(let mark, let prefix, let splits):
      return metaspace(pieces, mark, prefix, splits)
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
      var start = max(0, pieces.start - piece.lowerBound)
      if addsPrefixSpace, text[piece.lowerBound] != 0x20 {
        text = [0x20] + text[piece]
        range = text.indices
        if start > 0 { start += 1 }
      }
      func append(_ word: Range<Int>) {
        for place in word {
          result.extend(
            by: ByteAlphabet.encodings[Int(text[range.lowerBound + place])],
            isFromStart: place < start)
        }
        result.endPiece()
      }
      guard let words else { return append(0..<range.count) }
      // The words cover all of the text.
      words.forEachMatch(in: text.span.extracting(range), append)
    }
  }

  private static func wordsAndSigns(_ pieces: Pieces) -> Pieces {
    pieces.mapped { piece, result in
      // Whether the run that has begun is of word characters; nothing for white space.
      var kind: Bool?
      var start = piece.lowerBound
      pieces.bytes.span.extracting(piece).forEachScalar { value, range in
        let next = ScalarClasses.isWhitespace(value) ? nil : ScalarClasses.isWord(value)
        guard next != kind else { return }
        let end = piece.lowerBound + range.lowerBound
        append(pieces.bytes[start..<end], kind, &result)
        (kind, start) = (next, end)
      }
      append(pieces.bytes[start..<piece.upperBound], kind, &result)
    }
  }

  /// Appends a run as a piece, or leaves it out.
  private static func append(_ run: ArraySlice<UInt8>, _ kind: Bool?, _ result: inout Pieces) {
    guard !run.isEmpty, kind != nil else { return }
    result.extend(by: run)
    result.endPiece()
  }

  private static func metaspace(
    _ pieces: Pieces, _ mark: [UInt8], _ prefix: Tokenizer.SpacePrefix, _ splits: Bool
  ) -> Pieces {
    pieces.mapped { piece, result in
      let text = pieces.bytes[piece]
      let isAtStart = piece.lowerBound < pieces.start
      let addsPrefix = prefix == .always || prefix == .first && isAtStart
      if addsPrefix, text.first != 0x20, !text.starts(with: mark) {
        result.extend(by: mark, isFromStart: isAtStart)
      }
      var start = piece.lowerBound
      var position = start
      while position < piece.upperBound {
        let isSpace = text[position] == 0x20
        guard isSpace || text[position] == mark[0] && text[position...].starts(with: mark) else {
          position += 1
          continue
        }
        result.extend(by: text[start..<position])
        if splits { result.endPiece() }
        result.extend(by: mark, isFromStart: position < pieces.start)
        position += isSpace ? 1 : mark.count
        start = position
      }
      result.extend(by: text[start...])
      result.endPiece()
    }
  }
}
