import LembraTensor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Scores translations by the words and runs of words that they share with reference translations.
///
///     let score = BLEU().score(hypotheses: outputs, references: truths)
///     print(score.score, score.signature)
///
/// With the precision `pₙ` of the n-grams of order n, from 1 to 4, in percent, over all sentences
/// together, `c` tokens in the hypotheses and `r` in the references:
///
///     BLEU = BP · exp(¼ Σ log pₙ)        BP = exp(min(0, 1 - r / c))
///
/// No n-gram of a hypothesis counts more often than its reference has it. Of several references of
/// a sentence the one that has an n-gram most often counts, and for `r` the one whose length is
/// closest to the hypothesis's, the shorter of two. The scores are those of sacreBLEU 2 with its
/// defaults: words are cut as `mteval-v13a.pl` does, and the k-th order without any match has the
/// precision `100 / (2ᵏ · n-grams)` if another has matches.
///
/// A score depends on the order in which a corpus is read in no digit, but it is no mean of scores
/// of sentences. Parts are put together by adding what is counted in them:
///
///     var sum = BLEUStatistics()
///     for pair in test {
///       sum += bleu.statistics(hypothesis: pair.output, references: [pair.truth])
///     }
///     bleu.score(of: sum)
///
/// Texts are compared by code points, so they should be in the same Unicode normal form.
///
/// Papineni et al., "BLEU: a method for automatic evaluation of machine translation", 2002; Post,
/// "A call for clarity in reporting BLEU scores", 2018; the smoothing is method 3 of Chen and Cherry,
/// "A systematic comparison of smoothing techniques for sentence-level BLEU", 2014.
public struct BLEU: Hashable, Sendable {
  /// The order of the longest n-grams.
  static let order = 4

  /// Whether texts are lowercased before they are compared.
  public let isLowercased: Bool

  /// - Parameter isLowercased: whether texts are lowercased before they are compared.
  public init(isLowercased: Bool = false) {
    self.isLowercased = isLowercased
  }

  /// The score of a corpus with one reference a sentence.
  ///
  /// - Precondition: there are as many references as hypotheses.
  public func score(hypotheses: [String], references: [String]) -> BLEUScore {
    score(hypotheses: hypotheses, references: references.map { [$0] })
  }

  /// The score of a corpus.
  ///
  /// - Parameters:
  ///   - hypotheses: the translations to be scored.
  ///   - references: the right translations of each sentence.
  /// - Returns: the score of all sentences together.
  /// - Precondition: there are as many lists of references as hypotheses, and none is empty.
  public func score(hypotheses: [String], references: [[String]]) -> BLEUScore {
    precondition(
      hypotheses.count == references.count,
      "BLEU: \(hypotheses.count) hypotheses for \(references.count) references")
    return score(
      of: zip(hypotheses, references).reduce(into: BLEUStatistics()) { sum, pair in
        sum += statistics(hypothesis: pair.0, references: pair.1)
      })
  }

  /// The score of one sentence, to compare it with other sentences.
  ///
  /// Only the orders count of which the hypothesis has n-grams, so that short sentences have scores
  /// above 0; the signature has `eff:yes` for that.
  ///
  /// - Precondition: there is a reference.
  public func sentenceScore(hypothesis: String, references: [String]) -> BLEUScore {
    sentenceScore(of: statistics(hypothesis: hypothesis, references: references))
  }

  /// What is counted in one sentence.
  ///
  /// - Precondition: there is a reference.
  public func statistics(hypothesis: String, references: [String]) -> BLEUStatistics {
    precondition(!references.isEmpty, "BLEU: a sentence without a reference")
    var numbers = WordNumbers()
    var tree = NGramTree(order: Self.order)
    func words(_ text: String) -> [UInt32] {
      numbers(
        Tokenizer13a.tokens(of: PythonText.scalars(of: text, isLowercased: isLowercased)))
    }
    let lengths = references.map { reference in
      let words = words(reference)
      tree.add(words)
      return words.count
    }
    let tokens = words(hypothesis)
    let length = tokens.count
    var statistics = BLEUStatistics()
    statistics.sentences = 1
    statistics.references = references.count
    statistics.matches = tree.matches(of: tokens)
    statistics.totals = NGramTree.totals(of: length, order: Self.order)
    statistics.hypothesisLength = length
    statistics.referenceLength =
      lengths.min { (abs($0 - length), $0) < (abs($1 - length), $1) } ?? 0
    return statistics
  }

  /// The score of all sentences whose statistics were added.
  ///
  /// Without sentences, and without any match, it is 0.
  public func score(of statistics: BLEUStatistics) -> BLEUScore {
    score(of: statistics, isOrderEffective: false)
  }

  /// The score of one sentence, to compare it with other sentences; see
  /// ``sentenceScore(hypothesis:references:)``.
  public func sentenceScore(of statistics: BLEUStatistics) -> BLEUScore {
    score(of: statistics, isOrderEffective: true)
  }

  private func score(of statistics: BLEUStatistics, isOrderEffective: Bool) -> BLEUScore {
    let (c, r) = (statistics.hypothesisLength, statistics.referenceLength)
    var penalty = 1.0
    if c < r { penalty = c > 0 ? exp(1 - Double(r) / Double(c)) : 0 }
    var score = BLEUScore(
      score: 0, precisions: Array(repeating: 0, count: Self.order), brevityPenalty: penalty,
      hypothesisLength: c, referenceLength: r, matches: statistics.matches,
      totals: statistics.totals,
      signature: SacreBLEU.signature(
        references: statistics.references, isLowercased: isLowercased,
        "eff:\(isOrderEffective ? "yes" : "no")|tok:13a|smooth:exp"))
    guard statistics.matches.contains(where: { $0 > 0 }) else { return score }
    var (order, smoothing) = (Self.order, 1.0)
    for (index, total) in statistics.totals.enumerated() {
      guard total > 0 else { break }
      if isOrderEffective { order = index + 1 }
      var matches = Double(statistics.matches[index])
      if matches == 0 {
        smoothing *= 2
        matches = 1 / smoothing
      }
      score.precisions[index] = 100 * matches / Double(total)
    }
    // The logarithm of an order without n-grams is -∞, and the score 0.
    let logarithms = score.precisions[..<order].reduce(0) { $0 + log($1) }
    score.score = penalty * exp(logarithms / Double(order))
    return score
  }
}
