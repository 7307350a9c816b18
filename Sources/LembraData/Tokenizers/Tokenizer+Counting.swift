public import LembraTensor

extension Tokenizer {
  /// A tokenizer whose tokens are the Unicode scalars of texts.
  ///
  /// - Parameters:
  ///   - texts: the texts.
  ///   - minimumCount: how often a scalar must appear to be a token.
  ///   - maximumSize: the largest number of tokens, special ones included; none when nil.
  ///   - specialTokens: tokens that stand for no text; they get the first ids.
  ///   - unknown: what stands for scalars that are no tokens; a special token. When nil, such scalars
  ///     are left out.
  /// - Returns: the tokenizer.
  /// - Throws: `LembraError` when `maximumSize` has no room for the special tokens, or when these are
  ///   empty, repeated, or scalars of the texts.
  public static func characters(
    of texts: some Sequence<String>, minimumCount: Int = 1, maximumSize: Int? = nil,
    specialTokens: [String] = [], unknown: String? = "<unk>"
  ) throws(LembraError) -> Tokenizer {
    var counts = TokenCounts()
    for text in texts {
      let bytes = Array(text.utf8)
      bytes.span.forEachScalar { _, range in counts.add(bytes.span.extracting(range)) }
    }
    return try counting(
      counts, .characters, minimumCount, maximumSize, specialTokens, unknown
    ) { $0.decoding = [.fuse] }
  }

  /// A tokenizer whose tokens are the words of texts.
  ///
  /// Decoding puts a space between tokens.
  ///
  /// - Parameters:
  ///   - texts: the texts.
  ///   - splitsPunctuation: whether punctuation marks are tokens of their own. Texts whose tokens are
  ///     already set apart by spaces need no more than white space.
  ///   - lowercases: whether words are brought to lower case.
  ///   - minimumCount: how often a word must appear to be a token.
  ///   - maximumSize: the largest number of tokens, special ones included; none when nil.
  ///   - specialTokens: tokens that stand for no text; they get the first ids.
  ///   - unknown: what stands for words that are no tokens; a special token. When nil, such words are
  ///     left out.
  /// - Returns: the tokenizer.
  /// - Throws: `LembraError` when `maximumSize` has no room for the special tokens, or when these are
  ///   empty, repeated, or words of the texts.
  public static func words(
    of texts: some Sequence<String>, splitsPunctuation: Bool = true, lowercases: Bool = false,
    minimumCount: Int = 1, maximumSize: Int? = nil, specialTokens: [String] = [],
    unknown: String? = "<unk>"
  ) throws(LembraError) -> Tokenizer {
    let normalization: [TextNormalization] = lowercases ? [.lowercase] : []
    let splitting: [TextSplitting] = splitsPunctuation ? [.bert] : [.whitespace]
    let counts = try TokenCounts(piecesOf: texts, normalization, splitting)
    return try counting(counts, .words, minimumCount, maximumSize, specialTokens, unknown) {
      $0.normalization = normalization
      $0.splitting = splitting
      $0.decoding = [.spaced]
    }
  }

  private static func counting(
    _ counts: TokenCounts, _ model: TokenModel, _ minimumCount: Int, _ maximumSize: Int?,
    _ specialTokens: [String], _ unknown: String?, _ complete: (inout TokenizerParts) -> Void
  ) throws(LembraError) -> Tokenizer {
    let special = try SpecialTokens(specialTokens, unknown: unknown)
    for token in special.tokens where counts.table.index(of: token) != nil {
      throw special.conflict(token)
    }
    let vocabulary = try Vocabulary(
      counts, minimumCount: minimumCount, maximumSize: maximumSize, reserved: special.tokens,
      unknown: unknown)
    var parts = TokenizerParts(vocabulary, model)
    parts.addedTokens = special.added
    complete(&parts)
    return try Tokenizer(parts)
  }
}

/// The special tokens of a tokenizer that is trained, which get the first ids.
struct SpecialTokens {
  let tokens: [String]
  let unknown: String?

  /// - Throws: `LembraError` when one is empty or is given twice.
  init(_ tokens: [String], unknown: String?) throws(LembraError) {
    self.tokens = Vocabulary.reserved(tokens, unknown: unknown)
    self.unknown = unknown
    _ = try Vocabulary(self.tokens)
    guard !self.tokens.contains(where: \.isEmpty) else {
      throw LembraError(
        .invalidOption, "a special token is empty", remedy: "give it a text such as <pad>",
        at: .init(name: "specialTokens"))
    }
  }

  var added: [AddedToken] { tokens.indices.map { AddedToken(id: $0) } }

  func conflict(_ token: String) -> LembraError {
    LembraError(
      .invalidOption, "the special token \(quoted(token)) is also a token of the text",
      remedy: "choose one that text does not have, such as <\(token)>",
      at: .init(name: "specialTokens"))
  }
}

extension TokenCounts {
  /// Counts the pieces of texts.
  ///
  /// - Throws: `LembraError` when a step is not supported.
  init(
    piecesOf texts: some Sequence<String>, _ normalization: [TextNormalization],
    _ splitting: [TextSplitting]
  ) throws(LembraError) {
    let normalizer = try TextNormalizer(normalization)
    let splitter = try TextSplitter(splitting)
    for text in texts {
      let pieces = splitter(Pieces(normalizer(MarkedText(Array(text.utf8), isAtStart: true))))
      pieces.forEach { add(pieces.bytes.span.extracting($0)) }
    }
  }
}
