import LembraTensor

/// Makes tokens of text, and text of tokens.
///
/// A tokenizer is a value: it can be copied, compared, sent to other threads, and saved in the
/// description of a model. There are five kinds: characters, words, byte pairs, unigram, and the word
/// pieces of BERT, which are only read from files of Hugging Face (``init(huggingFaceFile:)``). The
/// others can be trained as well.
///
///     let tokenizer = try Tokenizer.training(bytePairs: 4000, on: lines)
///     let ids = tokenizer.encode("To be, or not to be")
///     tokenizer.decode(ids)    // "To be, or not to be"
///
/// What text becomes does not depend on threads, on other texts, or on the process.
public struct Tokenizer: Sendable {
  /// How text becomes tokens.
  public enum Kind: String, Hashable, Codable, CaseIterable, Sendable {
    /// Each Unicode scalar is a token.
    case characters
    /// Words between white space, and perhaps punctuation marks.
    case words
    /// Byte-pair encoding (Sennrich and others, 2016), of bytes or of characters.
    case bytePairs = "byte-pairs"
    /// The most probable segmentation under a unigram model (Kudo, 2018).
    case unigram
    /// The longest known pieces of words, as in BERT.
    case wordPiece = "word-piece"
  }

  /// Where a text, or a part of it, gets the mark of a space that it does not have.
  public enum SpacePrefix: String, Hashable, Codable, CaseIterable, Sendable {
    /// In front of every part, also behind a punctuation mark that was split off.
    case always
    /// In front of the whole text, so that its first word is like others.
    case first
    case never
  }

  let engine: TokenizerEngine

  init(_ parts: TokenizerParts) throws(LembraError) {
    engine = try TokenizerEngine(parts)
  }

  private init(_ engine: TokenizerEngine) {
    self.engine = engine
  }

  // MARK: - Tokens

  public var kind: Kind { engine.parts.model.kind }

  /// The tokens and their ids.
  public var vocabulary: Vocabulary { engine.parts.vocabulary }

  /// The number of tokens; ids lie in `0..<count`.
  public var count: Int { vocabulary.count }

  /// The id of text that has no token, if there is one.
  public var unknown: Int? { vocabulary.unknown }

  /// The token `id` as it is written in the vocabulary, which may mark spaces and bytes.
  ///
  /// - Precondition: `id` is in `0..<count`.
  public func token(_ id: Int) -> String { vocabulary[id] }

  /// The id of a token of the vocabulary.
  public func id(ofToken token: String) -> Int? { vocabulary.id(of: token) }

  /// The tokens that stand for no text, such as `<pad>`, in the order of their ids.
  public var specialTokens: [String] {
    engine.parts.addedTokens.filter(\.isSpecial).map(\.id).sorted().map(token)
  }

  /// Whether special tokens that are spelled out in a text are found there.
  ///
  /// Of a tokenizer that was trained they are not: no text becomes `<pad>`, unless this is asked for
  /// by ``recognizingSpecialTokens(_:)``. Of one that was read from a file they are.
  public var recognizesSpecialTokens: Bool { engine.parts.recognizesSpecialTokens }

  /// The same tokenizer, which finds special tokens in a text, or does not.
  public func recognizingSpecialTokens(_ recognizes: Bool = true) -> Tokenizer {
    Tokenizer(TokenizerEngine(engine, recognizesSpecialTokens: recognizes))
  }

  // MARK: - Encoding and decoding

  /// Makes tokens of a text.
  ///
  /// - Parameters:
  ///   - text: the text.
  ///   - addingSpecialTokens: whether the tokens that a file says stand around a text are added.
  /// - Returns: the ids of the tokens.
  public func encode(_ text: String, addingSpecialTokens: Bool = false) -> [Int] {
    var cache = PieceCache()
    return encode(text, addingSpecialTokens, &cache)
  }

  /// Makes tokens of each text, the same as each alone would become, but faster.
  ///
  /// - Parameters:
  ///   - texts: the texts.
  ///   - addingSpecialTokens: whether the tokens that a file says stand around a text are added.
  /// - Returns: the ids of the tokens of each text.
  public func encode(
    each texts: some Sequence<String>, addingSpecialTokens: Bool = false
  ) -> [[Int]] {
    var cache = PieceCache()
    return texts.map { encode($0, addingSpecialTokens, &cache) }
  }

  private func encode(
    _ text: String, _ addsSpecialTokens: Bool, _ cache: inout PieceCache
  ) -> [Int] {
    var ids: [Int32] = []
    engine.encode(Array(text.utf8), &cache, to: &ids)
    guard addsSpecialTokens else { return ids.map { Int($0) } }
    return engine.parts.prefix + ids.map { Int($0) } + engine.parts.suffix
  }

  /// Makes text of tokens.
  ///
  /// - Parameters:
  ///   - ids: the ids of the tokens.
  ///   - skippingSpecialTokens: whether special tokens are left out.
  /// - Returns: the text.
  /// - Precondition: every id is in `0..<count`.
  public func decode(_ ids: some Sequence<Int>, skippingSpecialTokens: Bool = true) -> String {
    var decoder = TokenDecoder(
      engine, skipsSpecialTokens: skippingSpecialTokens, isEager: false)
    var text: [UInt8] = []
    for id in ids { decoder.append(id, to: &text) }
    decoder.finish(&text)
    return String(decoding: text, as: UTF8.self)
  }

  /// What makes text of tokens that come one by one.
  public func decoder(skippingSpecialTokens: Bool = true) -> TokenDecoder {
    TokenDecoder(engine, skipsSpecialTokens: skippingSpecialTokens, isEager: true)
  }

  /// The tokenizer in a few words, such as `byte-pairs, 4000 tokens, 3 of them special`.
  public var summary: String {
    let special = specialTokens.count
    var text = "\(kind.rawValue), \(counted(count, "token"))"
    if special > 0 { text += ", \(special) of them special" }
    if let unknown { text += ", \(token(unknown)) for unknown text" }
    if let requested = engine.parts.requestedCount {
      text += " (\(requested) were asked for, and the text gives no more)"
    }
    return text
  }
}

extension Tokenizer: Hashable {
  public static func == (left: Tokenizer, right: Tokenizer) -> Bool {
    left.engine === right.engine || left.engine.parts == right.engine.parts
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(engine.parts) }
}
