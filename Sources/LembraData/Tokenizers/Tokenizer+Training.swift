public import LembraTensor

extension Tokenizer {
  /// What byte-pair encoding begins with.
  public enum Alphabet: String, Hashable, Codable, CaseIterable, Sendable {
    /// The 256 bytes, as in GPT-2: words keep the space in front of them, and no text is unknown.
    case bytes
    /// The characters of the texts, with `▁` for a space in front of a word; punctuation marks are
    /// split off.
    case characters
  }

  /// Trains byte-pair encoding: the most frequent pair of tokens becomes a token, again and again.
  ///
  /// Of pairs that are equally frequent that with the smaller ids is merged. The merges are those
  /// that the library `tokenizers` finds for the same text.
  ///
  /// - Parameters:
  ///   - size: the number of tokens, special ones and the alphabet included.
  ///   - alphabet: what the merges begin with.
  ///   - spacePrefix: where a `▁` is put that is no space of the text; with bytes there is none.
  ///     `first` lets decoding give back the text as it was, but for a space at its start.
  ///   - minimumCount: how often a pair must appear to be merged.
  ///   - specialTokens: tokens that stand for no text; they get the first ids.
  ///   - unknown: what stands for characters that the texts do not have; a special token. With bytes
  ///     there is none.
  ///   - texts: the texts.
  /// - Returns: a tokenizer of `size` tokens, or of fewer if there are no more pairs, which its
  ///   ``summary`` tells.
  /// - Throws: `LembraError` with code `invalidOption` when `size` has no room for the alphabet, or
  ///   when a special token is empty, given twice, or a character.
  public static func training(
    bytePairs size: Int, alphabet: Alphabet = .bytes, spacePrefix: SpacePrefix = .first,
    minimumCount: Int = 2, specialTokens: [String] = [], unknown: String = "<unk>",
    on texts: some Sequence<String>
  ) throws(LembraError) -> Tokenizer {
    let isOfBytes = alphabet == .bytes
    let special = try SpecialTokens(specialTokens, unknown: isOfBytes ? nil : unknown)
    let splitting: [TextSplitting] =
      isOfBytes
      ? [.byteLevel(addsPrefixSpace: false, splitsWords: true)]
      : [
        .punctuation(behavior: .isolated),
        .metaspace(mark: Metaspace(scalar: Metaspace.standard, prefix: spacePrefix, splits: true)),
      ]
    let counts = try TokenCounts(piecesOf: texts, [], splitting)
    let letters = isOfBytes ? ByteAlphabet.tokens : counts.scalars
    var trainer = try BytePairTrainer(counts, special, alphabet: letters, size: size)
    trainer.train(minimumCount: max(1, minimumCount))
    let vocabulary = try Vocabulary(trainer.tokens, unknown: special.unknown)
    var parts = TokenizerParts(
      vocabulary, .bytePairs(rules: BytePairRules(merges: trainer.distinctMerges)))
    parts.addedTokens = special.added
    parts.splitting = splitting
    parts.decoding =
      isOfBytes
      ? [.byteLevel]
      : [.metaspace(scalar: Metaspace.standard, dropsFirst: spacePrefix != .never)]
    if vocabulary.count < size { parts.requestedCount = size }
    return try Tokenizer(parts)
  }

  /// Trains a unigram model (Kudo, 2018): from many frequent pieces of words, those are taken away by
  /// whose loss the texts become the least improbable, until `size` are left.
  ///
  /// Each round estimates the probabilities by expectation maximisation, over all segmentations of
  /// every word. All characters are kept. `▁` stands for the space in front of a word.
  ///
  /// - Parameters:
  ///   - size: the number of tokens, special ones and all characters included.
  ///   - spacePrefix: where a `▁` is put that is no space of the text.
  ///   - specialTokens: tokens that stand for no text; they get the first ids.
  ///   - unknown: what stands for characters that the texts do not have; a special token.
  ///   - texts: the texts.
  /// - Returns: a tokenizer of `size` tokens, or of fewer if the texts do not have so many pieces
  ///   that repeat, which its ``summary`` tells.
  /// - Throws: `LembraError` with code `invalidOption` when `size` has no room for the characters, or
  ///   when a special token is empty, given twice, or a character.
  public static func training(
    unigram size: Int, spacePrefix: SpacePrefix = .first, specialTokens: [String] = [],
    unknown: String = "<unk>", on texts: some Sequence<String>
  ) throws(LembraError) -> Tokenizer {
    let special = try SpecialTokens(specialTokens, unknown: unknown)
    let splitting: [TextSplitting] = [
      .metaspace(mark: Metaspace(scalar: Metaspace.standard, prefix: spacePrefix, splits: true))
    ]
    let counts = try TokenCounts(piecesOf: texts, [], splitting)
    var trainer = try UnigramTrainer(counts, special, size: size)
    trainer.train()
    let pieces = trainer.best
    let vocabulary = try Vocabulary(
      special.tokens + pieces.map(\.text), unknown: special.unknown)
    let scores = special.tokens.map { _ in 0.0 } + pieces.map(\.score)
    var parts = TokenizerParts(
      vocabulary, .unigram(scores: scores, fallsBackToBytes: false))
    parts.addedTokens = special.added
    parts.splitting = splitting
    parts.decoding = [
      .metaspace(scalar: Metaspace.standard, dropsFirst: spacePrefix != .never)
    ]
    if vocabulary.count < size { parts.requestedCount = size }
    return try Tokenizer(parts)
  }
}

extension TokenCounts {
  /// All scalars of the tokens, in their order.
  var scalars: [String] {
    var values: Set<UInt32> = []
    table.bytes.span.forEachScalar { value, _ in values.insert(value) }
    return values.sorted().compactMap { Unicode.Scalar($0).map { String($0) } }
  }
}
