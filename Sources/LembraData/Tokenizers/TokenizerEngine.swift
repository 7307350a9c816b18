import LembraTensor

/// A tokenizer ready to run: its parts and what was made of them.
final class TokenizerEngine: Sendable {
  let parts: TokenizerParts
  let decoding: TokenDecodingSteps
  private let normalizer: TextNormalizer
  private let splitter: TextSplitter
  private let encoder: PieceEncoder
  /// Finds the tokens that are looked for in the text as it is.
  private let finder: AddedTokenFinder
  /// Finds the tokens that are looked for after the normalisation.
  private let normalizedFinder: AddedTokenFinder
  private let specialIds: Set<Int>
  /// The texts of added tokens that are looked for after the normalisation.
  private let normalizedTexts: [Int: [UInt8]]

  /// - Throws: `LembraError` when the parts do not fit each other, or one is not supported.
  convenience init(_ parts: TokenizerParts) throws(LembraError) {
    try parts.validate()
    self.init(
      parts, try TextNormalizer(parts.normalization), try TextSplitter(parts.splitting),
      try TokenDecodingSteps(parts.decoding))
  }

  /// The same tokenizer, which does or does not find special tokens in the text.
  convenience init(_ other: TokenizerEngine, recognizesSpecialTokens: Bool) {
    var parts = other.parts
    parts.recognizesSpecialTokens = recognizesSpecialTokens
    self.init(parts, other.normalizer, other.splitter, other.decoding)
  }

  private init(
    _ parts: TokenizerParts, _ normalizer: TextNormalizer, _ splitter: TextSplitter,
    _ decoding: TokenDecodingSteps
  ) {
    self.parts = parts
    self.normalizer = normalizer
    self.splitter = splitter
    self.decoding = decoding
    specialIds = Set(parts.addedTokens.filter(\.isSpecial).map(\.id))
    encoder = PieceEncoder(
      parts.model,
      ModelTokens(
        vocabulary: parts.vocabulary, count: parts.modelCount,
        excluded: parts.recognizesSpecialTokens ? [] : specialIds))
    let found = parts.addedTokens.map { token in
      let bytes = Array(parts.vocabulary.bytes(of: token.id))
      return (
        token: token,
        bytes: token.isNormalized ? normalizer(MarkedText(bytes, start: 0)).bytes : bytes
      )
    }
    normalizedTexts = Dictionary(
      uniqueKeysWithValues: found.filter(\.token.isNormalized).map { ($0.token.id, $0.bytes) })
    let findsSpecial = parts.recognizesSpecialTokens
    finder = AddedTokenFinder(
      found.filter { !$0.token.isNormalized }, findsSpecial: findsSpecial)
    normalizedFinder = AddedTokenFinder(
      found.filter(\.token.isNormalized), findsSpecial: findsSpecial)
  }

  func isSpecial(_ id: Int) -> Bool { specialIds.contains(id) }

  /// What decoding begins with: the token as it is found in a text.
  func text(of id: Int) -> ArraySlice<UInt8> {
    let text = normalizedTexts.isEmpty ? nil : normalizedTexts[id]
    return text?[...] ?? parts.vocabulary.bytes(of: id)
  }

  /// Appends the ids of a text.
  func encode(_ text: [UInt8], _ cache: inout PieceCache, to ids: inout [Int32]) {
    finder.forEachPart(of: text.span) { id, range in
      if let id {
        ids.append(Int32(id))
      } else {
        let part = range.count == text.count ? text : Array(text[range])
        encode(MarkedText(part, isAtStart: range.lowerBound == 0), &cache, to: &ids)
      }
    }
  }

  /// Appends the ids of a part between added tokens.
  private func encode(
    _ part: MarkedText, _ cache: inout PieceCache, to ids: inout [Int32]
  ) {
    let text = normalizer(part)
    normalizedFinder.forEachPart(of: text.bytes.span) { id, range in
      if let id {
        ids.append(Int32(id))
        return
      }
      let pieces = splitter(Pieces(text[range]))
      pieces.forEach { piece in
        cache.encode(pieces.bytes.span.extracting(piece), encoder, to: &ids)
      }
    }
  }
}

/// Remembers the ids of pieces, since words repeat.
struct PieceCache {
  private var table = ByteStringTable()
  private var ids: [Int32] = []
  /// Where the ids of each piece end.
  private var ends: [Int] = []
  private var scratch = EncodingScratch()

  /// Longer pieces hardly repeat.
  private static let longestPiece = 128
  /// Bounds the memory.
  private static let capacity = 1 << 17

  mutating func encode(
    _ piece: Span<UInt8>, _ encoder: PieceEncoder, to result: inout [Int32]
  ) {
    guard encoder.profitsFromCache, piece.count <= Self.longestPiece else {
      return encoder.encode(piece, &scratch, to: &result)
    }
    let index: Int
    if table.count < Self.capacity {
      let (place, isNew) = table.insert(piece)
      index = place
      if isNew {
        encoder.encode(piece, &scratch, to: &ids)
        ends.append(ids.count)
      }
    } else if let place = table.index(of: piece) {
      index = place
    } else {
      return encoder.encode(piece, &scratch, to: &result)
    }
    result.append(contentsOf: ids[(index == 0 ? 0 : ends[index - 1])..<ends[index]])
  }
}
