/// What a unigram model begins with: the characters, and the substrings of words that repeat.
///
/// Substrings are found length by length: one of n characters can repeat only if both of those of
/// n - 1 characters in it do. So the memory follows the text that repeats, and the time the length of
/// the text.
struct SeedPieces {
  struct Piece {
    var text: String
    var count: Double
  }

  /// All characters, by their bytes.
  let characters: [Piece]

  /// Substrings of at least two characters, those first that stand for most of the text.
  let others: [Piece]

  /// The most characters of a piece.
  private static let longest = 16

  /// - Parameters:
  ///   - words: the words.
  ///   - weights: how often each appears.
  ///   - limit: the largest number of substrings.
  init(_ words: [[UInt8]], _ weights: [Double], limit: Int) {
    var level = Level(words, weights)
    characters = level.candidates.map { Piece(text: $0.text, count: $0.count) }
      .sorted { $0.text.utf8.lexicographicallyPrecedes($1.text.utf8) }
    var found: [(text: String, count: Double, share: Double)] = []
    while level.length < Self.longest, level.hasRepetitions {
      level.lengthen()
      for candidate in level.candidates where candidate.count >= 2 {
        found.append(
          (candidate.text, candidate.count, candidate.count * Double(level.length)))
      }
    }
    found.sort { left, right in
      left.share != right.share
        ? left.share > right.share : left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
    others = found.prefix(limit).map { Piece(text: $0.text, count: $0.count) }
  }
}

/// The substrings of one length.
private struct Level {
  private let words: [[UInt8]]
  private let weights: [Double]
  /// For each word where its characters begin, and where it ends.
  private let borders: [[Int]]
  private(set) var length = 1
  private var table = ByteStringTable()
  private var counts: [Double] = []
  /// For each word and each place in it the number of the substring there, or -1.
  private var numbers: [[Int32]]

  init(_ words: [[UInt8]], _ weights: [Double]) {
    self.words = words
    self.weights = weights
    borders = words.map { word in
      var borders: [Int] = []
      word.span.forEachScalar { _, range in borders.append(range.lowerBound) }
      return borders + [word.count]
    }
    numbers = words.map { _ in [] }
    count { _, _ in true }
  }

  var candidates: some Sequence<(text: String, count: Double)> {
    (0..<table.count).lazy.map { (text: table.string($0), count: counts[$0]) }
  }

  var hasRepetitions: Bool { counts.contains { $0 >= 2 } }

  /// Goes on to substrings of one character more.
  mutating func lengthen() {
    let (shorter, shorterCounts) = (numbers, counts)
    length += 1
    count { word, place in
      let first = shorter[word][place]
      let second = shorter[word][place + 1]
      return first >= 0 && second >= 0 && shorterCounts[Int(first)] >= 2
        && shorterCounts[Int(second)] >= 2
    }
  }

  private mutating func count(_ isCandidate: (_ word: Int, _ place: Int) -> Bool) {
    table = ByteStringTable()
    counts = []
    for (index, word) in words.enumerated() {
      let places = max(0, borders[index].count - length)
      numbers[index] = (0..<places).map { place in
        guard isCandidate(index, place) else { return -1 }
        let range = borders[index][place]..<borders[index][place + length]
        let (number, isNew) = table.insert(word.span.extracting(range))
        if isNew { counts.append(0) }
        counts[number] += weights[index]
        return Int32(number)
      }
    }
  }
}
