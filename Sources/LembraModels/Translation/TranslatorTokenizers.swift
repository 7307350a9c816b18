public import LembraData
public import LembraTensor

/// What makes tokens of the two languages of a translator.
///
/// Each tokenizer has a token that stands for the end of a text; that of the target language has one
/// for its start too, which the decoder reads first.
public struct TranslatorTokenizers: Hashable, Sendable {
  public let source: Tokenizer
  public let target: Tokenizer

  /// Whether texts are brought to lower case before they are read.
  public let isLowercased: Bool

  /// The ids of the tokens that stand for an end or a start.
  let sourceEnd: Int
  let targetStart: Int
  let targetEnd: Int

  /// The names of the tokens that stand for the start and the end of a text.
  public static let start = "<s>"
  public static let end = "</s>"

  /// What a token is.
  public enum Unit: String, Hashable, Codable, CaseIterable, Sendable {
    /// A piece of a word, found by byte-pair encoding.
    case bytePairs = "bpe"
    /// A piece of a word, found by a unigram model.
    case unigram
    case word
    case character
  }

  /// - Parameters:
  ///   - source: with a token ``end``.
  ///   - target: with tokens ``start`` and ``end``; the same tokenizer for shared tokens.
  ///   - isLowercased: whether texts are brought to lower case first.
  /// - Throws: `LembraError` with code `invalidOption` when one of these tokens is missing.
  public init(
    source: Tokenizer, target: Tokenizer, isLowercased: Bool = false
  ) throws(LembraError) {
    func id(_ token: String, _ tokenizer: Tokenizer, _ side: String) throws(LembraError) -> Int {
      guard let id = tokenizer.id(ofToken: token) else {
        throw LembraError(
          .invalidOption, "the tokenizer of the \(side) has no token \(token)",
          remedy: "train it with the special tokens \(Self.start) and \(Self.end)",
          at: .init(name: "\(side) tokenizer"))
      }
      return id
    }
    sourceEnd = try id(Self.end, source, "source")
    targetStart = try id(Self.start, target, "target")
    targetEnd = try id(Self.end, target, "target")
    self.source = source
    self.target = target
    self.isLowercased = isLowercased
  }

  /// Trains tokenizers on the texts of both languages.
  ///
  /// - Parameters:
  ///   - unit: what a token is.
  ///   - targetUnit: what a token of the targets is; the same when nil. The letters of a word and the
  ///     phonemes of its sound, between blanks, are characters and words.
  ///   - size: the number of tokens of each language, or of both where they are shared; as many as
  ///     occur for words and characters when nil.
  ///   - isShared: whether both languages have the same tokens.
  ///   - minimumCount: how often a word, character or pair must occur.
  ///   - isLowercased: whether texts are brought to lower case first.
  ///   - sources: the texts of one language.
  ///   - targets: those of the other.
  /// - Throws: `LembraError` when the size has no room for the characters of the texts, or when shared
  ///   tokens are to be of two kinds.
  public init(
    training unit: Unit, targetUnit: Unit? = nil, size: Int? = nil, isShared: Bool = false,
    minimumCount: Int? = nil, isLowercased: Bool = false, sources: [String], targets: [String]
  ) throws(LembraError) {
    let targetUnit = targetUnit ?? unit
    try require(
      !isShared || targetUnit == unit,
      "both languages cannot share tokens that are \(unit.rawValue) and \(targetUnit.rawValue)",
      "give both the same unit, or tokens of their own", "target unit")
    func trained(_ texts: [String], _ unit: Unit) throws(LembraError) -> Tokenizer {
      let texts = isLowercased ? texts.map { $0.lowercased() } : texts
      let special = [Self.start, Self.end]
      switch unit {
      case .bytePairs:
        return try .training(
          bytePairs: size ?? Self.standardSize, alphabet: .characters,
          minimumCount: minimumCount ?? 2, specialTokens: special, on: texts)
      case .unigram:
        try require(
          minimumCount == nil, "a unigram model counts no pieces",
          "leave out the count, or choose byte pairs", "minimum count")
        return try .training(
          unigram: size ?? Self.standardSize, specialTokens: special, on: texts)
      case .word:
        return try .words(
          of: texts, minimumCount: minimumCount ?? 2, maximumSize: size, specialTokens: special)
      case .character:
        return try .characters(
          of: texts, minimumCount: minimumCount ?? 1, maximumSize: size, specialTokens: special)
      }
    }
    let source = try trained(isShared ? sources + targets : sources, unit)
    try self.init(
      source: source, target: isShared ? source : try trained(targets, targetUnit),
      isLowercased: isLowercased)
  }

  /// The pieces that are asked for where no number is given.
  public static let standardSize = 6_000

  // MARK: - Encoding

  /// The tokens of each source, and the token of its end.
  func encode(sources: [String]) -> [[Int]] {
    source.encode(each: prepared(sources)).map { $0 + [sourceEnd] }
  }

  /// The tokens of each target, without start and end.
  func encode(targets: [String]) -> [[Int]] {
    target.encode(each: prepared(targets))
  }

  /// Texts as tokens are made of them: without white space at their ends, in lower case if that is so.
  func prepared(_ texts: [String]) -> [String] {
    texts.map { text in
      let ink = text.withoutBlanks
      return isLowercased ? ink.lowercased() : ink
    }
  }

  /// The tokens that are never written: all that stand for no text, but for the end.
  var unwritten: [Int] {
    target.specialTokens.compactMap(target.id(ofToken:)).filter { $0 != targetEnd }
  }
}

extension TranslatorTokenizers: Codable {
  private enum CodingKeys: CodingKey { case source, target, isLowercased }

  /// - Throws: `LembraError` when a tokenizer has no token for the start or the end.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let source = try container.decode(Tokenizer.self, forKey: .source)
    try self.init(
      source: source,
      target: container.decodeIfPresent(Tokenizer.self, forKey: .target) ?? source,
      isLowercased: container.decode(Bool.self, forKey: .isLowercased))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(source, forKey: .source)
    // Shared tokens are written once.
    if target != source { try container.encode(target, forKey: .target) }
    try container.encode(isLowercased, forKey: .isLowercased)
  }
}

extension TranslatorTokenizers {
  /// The pairs that can be learnt from, and what was left out.
  ///
  /// - Throws: `LembraError` with code `invalidData` when no pair is left.
  public func filtered(
    _ pairs: ParallelTexts, _ filter: PairFilter
  ) throws(LembraError) -> (pairs: ParallelTexts, report: PairFilter.Report) {
    let (places, report) = filter.chosen(
      sources: source.encode(each: prepared(pairs.sources)),
      targets: encode(targets: pairs.targets),
      lines: pairs.lines)
    guard !places.isEmpty else {
      throw LembraError(
        .invalidData, "no pair can be learnt from: \(report)",
        remedy: "give pairs with a source and a target, or allow longer ones",
        at: .init(file: pairs.sourceFile))
    }
    return (report.dropped == 0 ? pairs : pairs.subset(places), report)
  }
}
