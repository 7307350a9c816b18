/// Encodes pieces by the most probable segmentation under a unigram model (Kudo, 2018), found by
/// Viterbi's algorithm.
struct UnigramEncoder: Sendable {
  /// The best way to a place in the piece.
  struct Path {
    var score = 0.0
    /// Where its last token begins; -1 while there is no way.
    var start: Int32 = -1
    var id: Int32 = -1
  }

  private let scores: [Double]
  private let trie: ByteTrie
  private let tokens: ModelTokens
  private let unknown: Int32
  /// The score of an unknown character: well below that of every token.
  private let unknownScore: Double
  private let byteTokens: [Int32]

  init(_ scores: [Double], _ tokens: ModelTokens, fallsBackToBytes: Bool) {
    self.scores = scores
    self.tokens = tokens
    var trie = ByteTrie()
    for id in 0..<tokens.count where tokens.contains(id) {
      trie.insert(Array(tokens.vocabulary.bytes(of: id)).span, value: id)
    }
    self.trie = trie
    unknown = Int32(tokens.vocabulary.unknown ?? 0)
    unknownScore = (scores.min() ?? 0) - 10
    byteTokens = fallsBackToBytes ? tokens.byteTokens : []
  }

  /// Appends the ids of a piece.
  func encode(_ piece: Span<UInt8>, _ scratch: inout EncodingScratch, to ids: inout [Int32]) {
    findPaths(piece, &scratch.paths)
    // The tokens from the last to the first; unknown ones that touch each other are one.
    scratch.symbols.removeAll(keepingCapacity: true)
    var end = piece.count
    var unknownEnd = -1
    while end > 0 {
      let path = scratch.paths[end]
      let start = Int(path.start)
      if path.id == unknown {
        if unknownEnd < 0 { unknownEnd = end }
      } else {
        if unknownEnd >= 0 { append(unknown: end..<unknownEnd, of: piece, to: &scratch.symbols) }
        unknownEnd = -1
        scratch.symbols.append(path.id)
      }
      end = start
    }
    if unknownEnd >= 0 { append(unknown: 0..<unknownEnd, of: piece, to: &scratch.symbols) }
    ids.append(contentsOf: scratch.symbols.reversed())
  }

  private func findPaths(_ piece: Span<UInt8>, _ paths: inout [Path]) {
    paths.removeAll(keepingCapacity: true)
    paths.append(contentsOf: repeatElement(Path(), count: piece.count + 1))
    var start = 0
    while start < piece.count {
      let length = piece.scalar(at: start).length
      let score = paths[start].score
      var hasScalar = false
      trie.forEachPrefix(of: piece, from: start) { end, id in
        improve(&paths[end], score + scores[id], start, Int32(id))
        if end == start + length { hasScalar = true }
      }
      if !hasScalar { improve(&paths[start + length], score + unknownScore, start, unknown) }
      start += length
    }
  }

  @inline(__always)
  private func improve(_ path: inout Path, _ score: Double, _ start: Int, _ id: Int32) {
    guard path.start < 0 || score > path.score else { return }
    path = Path(score: score, start: Int32(start), id: id)
  }

  /// Appends the tokens of unknown text, the last first.
  private func append(unknown range: Range<Int>, of piece: Span<UInt8>, to ids: inout [Int32]) {
    let text = piece.extracting(range)
    // Together, unknown characters can be a token after all.
    if let id = tokens.id(text) {
      ids.append(Int32(id))
      return
    }
    let bytes =
      byteTokens.isEmpty ? [] : text.indices.reversed().map { byteTokens[Int(text[$0])] }
    if !bytes.isEmpty, bytes.allSatisfy({ $0 >= 0 }) {
      ids.append(contentsOf: bytes)
    } else {
      ids.append(unknown)
    }
  }
}
