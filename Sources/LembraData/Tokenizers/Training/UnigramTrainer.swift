import LembraTensor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Estimates a unigram model and takes pieces away until as many are left as are wanted.
struct UnigramTrainer {
  /// The words, from the smallest to the largest by their bytes, so that sums have one order.
  private let words: [[UInt8]]
  private let weights: [Double]
  private var pieces: UnigramPieces
  /// How many pieces are wanted.
  private let target: Int

  /// - Throws: `LembraError` when `size` is too small, or a special token is a character.
  init(
    _ counts: TokenCounts, _ special: SpecialTokens, size: Int
  ) throws(LembraError) {
    let order = counts.sorted()
    words = order.map { counts.withBytes(of: $0) { word in word.indices.map { word[$0] } } }
    weights = order.map { Double(counts.counts[$0]) }
    // No text has more pieces than this.
    target = min(max(0, size), 1 << 40) - special.tokens.count
    let seeds = SeedPieces(words, weights, limit: max(20_000, 10 * target))
    var reserved = ByteStringTable()
    for token in special.tokens { reserved.insert(token) }
    for character in seeds.characters where reserved.index(of: character.text) != nil {
      throw special.conflict(character.text)
    }
    guard target >= seeds.characters.count else {
      throw LembraError(
        .invalidOption,
        "\(counted(size, "token")) cannot hold "
          + "\(counted(special.tokens.count, "special token")) and "
          + counted(seeds.characters.count, "character"),
        remedy: "choose a size of \(special.tokens.count + seeds.characters.count) or more",
        at: .init(name: "size"))
    }
    // A piece that is a special token would give it an id that text becomes.
    pieces = UnigramPieces(
      characters: seeds.characters,
      others: seeds.others.filter { reserved.index(of: $0.text) == nil })
  }

  /// Takes a quarter of the pieces away in each round, or fewer in the last.
  mutating func train() {
    guard !words.isEmpty else { return }
    // A few more than wanted are left to choose from.
    let desired = max(target, target * 11 / 10)
    while true {
      for _ in 0..<2 { estimate() }
      guard pieces.count > desired else { break }
      prune(to: max(desired, pieces.count * 3 / 4))
    }
  }

  /// The wanted number of pieces, the most probable first; all characters are among them.
  var best: [(text: String, score: Double)] {
    let order = pieces.byScore()
    let free = target - pieces.characterCount
    let others = order.filter { !pieces.isCharacter($0) }.prefix(max(0, free))
    let kept = Set(others)
    return order.filter { pieces.isCharacter($0) || kept.contains($0) }
      .map { (text: pieces.text($0), score: pieces.scores[$0]) }
  }

  /// A step of expectation maximisation: how often each piece is expected over all segmentations, and
  /// the score that follows.
  private mutating func estimate() {
    var expected = [Double](repeating: 0, count: pieces.count)
    var lattice = UnigramLattice()
    for (word, weight) in zip(words, weights) {
      lattice.build(word, pieces.trie, pieces.scores)
      lattice.addExpectations(weight, to: &expected)
    }
    pieces.update(expected: expected, atLeast: target)
  }

  // MARK: - Pruning

  /// Keeps `count` pieces: the characters, and those without which the words would become the least
  /// probable.
  ///
  /// Without a piece, the best segmentation of the piece by others would stand in its places.
  private mutating func prune(to count: Int) {
    var lattice = UnigramLattice()
    var used = [Double](repeating: 0, count: pieces.count)
    for (word, weight) in zip(words, weights) {
      lattice.build(word, pieces.trie, pieces.scores)
      for piece in lattice.bestPath() { used[piece] += weight }
    }
    let total = used.reduce(0, +)
    var losses: [(piece: Int, loss: Double)] = []
    for piece in 0..<pieces.count where !pieces.isCharacter(piece) {
      lattice.build(pieces.bytes(piece), pieces.trie, pieces.scores)
      // A piece that is not its own best segmentation is never used.
      guard lattice.bestPath() == [piece], used[piece] > 0 else {
        losses.append((piece, 0))
        continue
      }
      let others = lattice.bestPath(without: piece)
      let newTotal = log(total + used[piece] * Double(others.count - 1))
      let alternative = others.reduce(0.0) { $0 + log(used[$1] + used[piece]) - newTotal }
      losses.append((piece, used[piece] * (log(used[piece]) - log(total) - alternative)))
    }
    losses.sort { $0.loss != $1.loss ? $0.loss > $1.loss : $0.piece < $1.piece }
    let kept = losses.prefix(max(0, count - pieces.characterCount)).map(\.piece)
    pieces.keep(kept)
  }
}

/// The pieces that are left, the characters first, with their scores: logarithms of probabilities.
struct UnigramPieces {
  private var table = ByteStringTable()
  let characterCount: Int
  private(set) var scores: [Double] = []
  private(set) var trie = ByteTrie()

  var count: Int { table.count }

  init(characters: [SeedPieces.Piece], others: [SeedPieces.Piece]) {
    characterCount = characters.count
    let all = characters + others
    let total = all.reduce(0) { $0 + $1.count }
    for piece in all {
      table.insert(piece.text)
      scores.append(log(piece.count / total))
    }
    index()
  }

  func isCharacter(_ piece: Int) -> Bool { piece < characterCount }

  func text(_ piece: Int) -> String { table.string(piece) }

  func bytes(_ piece: Int) -> [UInt8] { Array(table.bytes[table.range(piece)]) }

  /// The pieces from the most to the least probable, equals by their bytes.
  func byScore() -> [Int] {
    (0..<count).sorted { left, right in
      scores[left] != scores[right]
        ? scores[left] > scores[right]
        : bytes(left).lexicographicallyPrecedes(bytes(right))
    }
  }

  /// Keeps the characters and some of the others.
  mutating func keep(_ others: [Int]) {
    let kept = Array(0..<characterCount) + others.sorted()
    var smaller = ByteStringTable(minimumCapacity: kept.count)
    for piece in kept { smaller.insert(bytes(piece).span) }
    scores = kept.map { scores[$0] }
    table = smaller
    index()
  }

  /// Sets the scores by expected counts, and drops pieces that are hardly expected, as long as
  /// `least` pieces are left.
  ///
  /// The logarithm is that of a distribution with a sparse prior: exp(ψ(c)) instead of c.
  mutating func update(expected: [Double], atLeast least: Int) {
    var others = (characterCount..<count).filter { expected[$0] >= 0.5 }
    let missing = least - characterCount - others.count
    if missing > 0 {
      let rest = (characterCount..<count).filter { expected[$0] < 0.5 }
        .sorted { expected[$0] != expected[$1] ? expected[$0] > expected[$1] : $0 < $1 }
      others += rest.prefix(missing)
    }
    let floored = expected.map { max($0, 0.1) }
    let kept = Array(0..<characterCount) + others
    let total = digamma(kept.reduce(0) { $0 + floored[$1] })
    for piece in kept { scores[piece] = digamma(floored[piece]) - total }
    keep(others)
  }

  private mutating func index() {
    trie = ByteTrie()
    for piece in 0..<count { trie.insert(bytes(piece).span, value: piece) }
  }
}

/// The derivative of the logarithm of the gamma function, for x > 0.
private func digamma(_ x: Double) -> Double {
  var x = x
  var sum = 0.0
  while x < 7 {
    sum -= 1 / x
    x += 1
  }
  // The asymptotic series.
  let square = 1 / (x * x)
  return sum + log(x) - 0.5 / x
    - square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square / 240)))
}
