import LembraTensor

/// What ``ChrF`` counts in sentences; that of a corpus is the sum of that of its sentences.
public struct ChrFStatistics: Hashable, Sendable {
  /// The n-grams of one order.
  public struct Counts: Hashable, Sendable {
    /// Those of the hypotheses; a sentence whose reference has none adds none.
    public internal(set) var hypothesis: Int

    /// Those of the references.
    public internal(set) var reference: Int

    /// Those of the hypotheses that are in the references.
    public internal(set) var matches: Int
  }

  /// The number of sentences.
  public private(set) var sentences = 0

  /// The number of references of every sentence; `nil` if sentences differ.
  public private(set) var references: Int? = 0

  /// The n-grams of each order, of characters from 1, then of words from 1; none without sentences.
  public private(set) var counts: [Counts] = []

  /// Those of no sentence.
  public init() {}

  /// Those of one sentence.
  init(references: Int, counts: [Counts]) {
    sentences = 1
    self.references = references
    self.counts = counts
  }

  /// Adds those of other sentences.
  ///
  /// - Precondition: they are statistics of the same orders.
  public static func += (a: inout ChrFStatistics, b: ChrFStatistics) {
    guard b.sentences > 0 else { return }
    guard a.sentences > 0 else {
      a = b
      return
    }
    precondition(
      a.counts.count == b.counts.count,
      "ChrFStatistics: \(a.counts.count) and \(b.counts.count) orders")
    a.references = SacreBLEU.references((a.sentences, a.references), (b.sentences, b.references))
    a.sentences += b.sentences
    for index in a.counts.indices {
      a.counts[index].hypothesis += b.counts[index].hypothesis
      a.counts[index].reference += b.counts[index].reference
      a.counts[index].matches += b.counts[index].matches
    }
  }

  /// Those of two parts of a corpus together.
  ///
  /// - Precondition: they are statistics of the same orders.
  public static func + (a: ChrFStatistics, b: ChrFStatistics) -> ChrFStatistics {
    var sum = a
    sum += b
    return sum
  }
}

/// How many runs of characters, and words, translations share with their references.
public struct ChrFScore: Hashable, Codable, Sendable {
  /// chrF, from 0 to 100.
  public var score: Double

  /// The name of the score with β and a `+` for each order of words, such as `chrF2` or `chrF2++`.
  public var name: String

  /// The settings of the score as sacreBLEU prints them, such as
  /// `nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:2.6.0+lembra`.
  ///
  /// The version is that of sacreBLEU whose scores these are, marked with who computed them; scores
  /// can be compared if all before it is the same.
  public var signature: String
}
