import LembraTensor

/// Vectors of words that were learnt elsewhere, such as those of word2vec (Mikolov et al., 2013) and
/// GloVe (Pennington, Socher and Manning, 2014).
///
/// Dimension letters: D numbers of a vector.
public struct WordVectors: Sendable {
  /// D.
  public let size: Int

  /// The words that were found, in the order of the file.
  public let words: [String]

  /// The vectors of ``words``, `[words, D]`, row by row.
  public let values: [Float]

  /// The vectors that the file holds, wanted or not.
  public let fileCount: Int

  private let places: [String: Int]

  /// - Precondition: the words differ, and every one has D numbers.
  public init(size: Int, words: [String], values: [Float], fileCount: Int? = nil) {
    precondition(
      size > 0 && values.count == words.count * size,
      "\(values.count) numbers are no vectors of \(size) for \(words.count) words")
    self.size = size
    self.words = words
    self.values = values
    self.fileCount = fileCount ?? words.count
    places = Dictionary(zip(words, words.indices)) { first, _ in first }
    precondition(places.count == words.count, "words with vectors occur twice")
  }

  /// The vector of a word, D numbers, or nothing when it was not found.
  public subscript(word: String) -> ArraySlice<Float>? {
    places[word].map { values[$0 * size..<($0 + 1) * size] }
  }

  /// The vectors that the words of a vocabulary have here.
  ///
  /// - Returns: the positions in `vocabulary` of the words that have one, in rising order, and their
  ///   vectors, `[positions, D]`, row by row.
  public func rows(of vocabulary: [String]) -> (positions: [Int], values: [Float]) {
    let positions = vocabulary.indices.filter { places[vocabulary[$0]] != nil }
    return (positions, positions.flatMap { self[vocabulary[$0]] ?? [] })
  }
}
