/// What ``BLEU`` counts in sentences; that of a corpus is the sum of that of its sentences.
public struct BLEUStatistics: Hashable, Sendable {
  /// The number of sentences.
  public internal(set) var sentences = 0

  /// The number of references of every sentence; `nil` if sentences differ.
  public internal(set) var references: Int? = 0

  /// The n-grams of the hypotheses that are in the references, of the orders 1 to 4.
  public internal(set) var matches = Array(repeating: 0, count: BLEU.order)

  /// All n-grams of the hypotheses, of the orders 1 to 4.
  public internal(set) var totals = Array(repeating: 0, count: BLEU.order)

  /// The number of tokens in the hypotheses, c.
  public internal(set) var hypothesisLength = 0

  /// The number of tokens in the references, r; for each sentence that of the closest one.
  public internal(set) var referenceLength = 0

  /// Those of no sentence.
  public init() {}

  /// Adds those of other sentences.
  public static func += (a: inout BLEUStatistics, b: BLEUStatistics) {
    a.references = SacreBLEU.references((a.sentences, a.references), (b.sentences, b.references))
    a.sentences += b.sentences
    for index in a.matches.indices {
      a.matches[index] += b.matches[index]
      a.totals[index] += b.totals[index]
    }
    a.hypothesisLength += b.hypothesisLength
    a.referenceLength += b.referenceLength
  }

  /// Those of two parts of a corpus together.
  public static func + (a: BLEUStatistics, b: BLEUStatistics) -> BLEUStatistics {
    var sum = a
    sum += b
    return sum
  }
}

/// How many words and runs of words translations share with their references.
public struct BLEUScore: Hashable, Codable, Sendable {
  /// BLEU, from 0 to 100.
  public var score: Double

  /// The precisions of the n-grams of the orders 1 to 4 in percent, smoothed; all are 0 without any
  /// match.
  public var precisions: [Double]

  /// What the score is multiplied by where hypotheses are shorter than references, from 0 to 1.
  public var brevityPenalty: Double

  /// The number of tokens in the hypotheses, c.
  public var hypothesisLength: Int

  /// The number of tokens in the references, r.
  public var referenceLength: Int

  /// The n-grams of the hypotheses that are in the references, of the orders 1 to 4.
  public var matches: [Int]

  /// All n-grams of the hypotheses, of the orders 1 to 4.
  public var totals: [Int]

  /// The settings of the score as sacreBLEU prints them, such as
  /// `nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0+lembra`.
  ///
  /// The version is that of sacreBLEU whose scores these are, marked with who computed them; scores
  /// can be compared if all before it is the same.
  public var signature: String

  /// The length of the hypotheses as a share of that of the references, `c / r`; 0 without
  /// references.
  public var lengthRatio: Double {
    referenceLength > 0 ? Double(hypothesisLength) / Double(referenceLength) : 0
  }
}
