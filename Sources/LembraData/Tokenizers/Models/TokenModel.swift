import LembraTensor

/// How the pieces of a text become tokens, beside the vocabulary.
enum TokenModel: Hashable, Codable, Sendable {
  /// Every scalar is a token.
  case characters
  /// Every piece is a token.
  case words
  case bytePairs(rules: BytePairRules)
  /// The most probable segmentation, by the logarithm of the probability of each token.
  case unigram(scores: [Double], fallsBackToBytes: Bool)
  case wordPiece(prefix: String, longestWord: Int)

  var kind: Tokenizer.Kind {
    switch self {
    case .characters: .characters
    case .words: .words
    case .bytePairs: .bytePairs
    case .unigram: .unigram
    case .wordPiece: .wordPiece
    }
  }
}

/// The tokens that a model knows.
struct ModelTokens: Sendable {
  let vocabulary: Vocabulary

  /// How many tokens of the vocabulary, from the first on, belong to the model; the others are found
  /// in the text before the model sees it.
  let count: Int

  /// The tokens that are never made from text.
  let excluded: Set<Int>

  /// The id of the token with these bytes, if the model may make it.
  func id(_ bytes: Span<UInt8>) -> Int? {
    vocabulary.id(ofBytes: bytes).flatMap { contains($0) ? $0 : nil }
  }

  func contains(_ id: Int) -> Bool { id < count && !excluded.contains(id) }

  /// The ids of `<0x00>` to `<0xFF>`, -1 where there is none.
  var byteTokens: [Int32] {
    (0..<256).map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      let token = "<0x" + (byte < 16 ? "0" : "") + digits + ">"
      return vocabulary.id(of: token).flatMap { $0 < count ? Int32($0) : nil } ?? -1
    }
  }
}

/// A model ready to encode pieces.
struct PieceEncoder: Sendable {
  private enum Kind: Sendable {
    case characters(ScalarTokens)
    case words
    case bytePairs(BytePairEncoder)
    case unigram(UnigramEncoder)
    case wordPiece(WordPieceEncoder)
  }

  private let kind: Kind
  private let tokens: ModelTokens
  private let unknown: Int32?

  init(_ model: TokenModel, _ tokens: ModelTokens) {
    self.tokens = tokens
    unknown = tokens.vocabulary.unknown.map { Int32($0) }
    kind =
      switch model {
      case .characters: .characters(ScalarTokens(tokens))
      case .words: .words
      case .bytePairs(let rules): .bytePairs(BytePairEncoder(rules, tokens))
      case .unigram(let scores, let fallsBackToBytes):
        .unigram(UnigramEncoder(scores, tokens, fallsBackToBytes: fallsBackToBytes))
      case .wordPiece(let prefix, let longestWord):
        .wordPiece(WordPieceEncoder(tokens, prefix: prefix, longestWord: longestWord))
      }
  }

  /// Whether remembering the ids of pieces saves time.
  var profitsFromCache: Bool {
    if case .characters = kind { false } else { true }
  }

  /// Appends the ids of a piece.
  func encode(_ piece: Span<UInt8>, _ scratch: inout EncodingScratch, to ids: inout [Int32]) {
    switch kind {
    case .characters(let table):
      piece.forEachScalar { value, _ in
        if let id = table.id(of: value) ?? unknown { ids.append(id) }
      }
    case .words:
      if let id = tokens.id(piece).map({ Int32($0) }) ?? unknown { ids.append(id) }
    case .bytePairs(let encoder): encoder.encode(piece, &scratch, to: &ids)
    case .unigram(let encoder): encoder.encode(piece, &scratch, to: &ids)
    case .wordPiece(let encoder): encoder.encode(piece, to: &ids)
    }
  }
}

/// Memory that encoding a piece needs, kept for the next piece.
struct EncodingScratch {
  var symbols: [Int32] = []
  var previous: [Int32] = []
  var next: [Int32] = []
  var queue = BinaryHeap<UInt64>()
  var paths: [UnigramEncoder.Path] = []
}

/// The tokens of one scalar.
struct ScalarTokens: Sendable {
  /// The ids of the scalars below U+0800, -1 where there is none.
  private var near = [Int32](repeating: -1, count: 0x800)
  private var far = PairTable()

  init(_ tokens: ModelTokens) {
    for id in 0..<tokens.count where tokens.contains(id) {
      let bytes = tokens.vocabulary.bytes(of: id)
      guard (1...4).contains(bytes.count) else { continue }
      let (value, length) = Array(bytes).span.scalar(at: 0)
      guard length == bytes.count else { continue }
      if value < 0x800 { near[Int(value)] = Int32(id) } else { far[UInt64(value)] = UInt64(id) }
    }
  }

  @inline(__always)
  func id(of value: UInt32) -> Int32? {
    if value < 0x800 { return near[Int(value)] < 0 ? nil : near[Int(value)] }
    return far[UInt64(value)].map { Int32($0) }
  }
}
