import LembraTensor

/// Scores translations by the runs of characters that they share with reference translations, and,
/// in chrF++, by words too.
///
///     let score = ChrF().score(hypotheses: outputs, references: truths)
///     let plus = ChrF(wordOrder: 2).score(hypotheses: outputs, references: truths)
///
/// With the precision and the recall of the n-grams of each order, over all sentences together, and
/// their means P and R over the orders of which both hypotheses and references have n-grams:
///
///     chrF = 100 · (1 + β²) P R / (β² P + R)
///
/// Characters are code points, and white space is none. Words are what is between white space, with
/// one ASCII mark cut off at the end or else at the beginning. Of several references of a sentence
/// the one counts that gives the sentence the best score. The scores are those of sacreBLEU 2 with
/// its defaults; texts should be in the same Unicode normal form.
///
/// Popović, "chrF: character n-gram F-score for automatic MT evaluation", 2015, and "chrF++: words
/// helping character n-grams", 2017.
public struct ChrF: Hashable, Sendable {
  /// The order of the longest n-grams of characters.
  public let characterOrder: Int

  /// The order of the longest n-grams of words: 0 for chrF, 2 for chrF++.
  public let wordOrder: Int

  /// How many times as much recall counts as precision, β.
  public let beta: Int

  /// Whether texts are lowercased before they are compared.
  public let isLowercased: Bool

  /// - Parameters:
  ///   - characterOrder: the order of the longest n-grams of characters.
  ///   - wordOrder: the order of the longest n-grams of words: 0 for chrF, 2 for chrF++.
  ///   - beta: how many times as much recall counts as precision, β.
  ///   - isLowercased: whether texts are lowercased before they are compared.
  /// - Precondition: `characterOrder ≥ 1`, `wordOrder ≥ 0` and `beta ≥ 1`.
  public init(
    characterOrder: Int = 6, wordOrder: Int = 0, beta: Int = 2, isLowercased: Bool = false
  ) {
    precondition(
      characterOrder >= 1 && wordOrder >= 0 && beta >= 1,
      "ChrF: the orders \(characterOrder) and \(wordOrder), beta \(beta)")
    self.characterOrder = characterOrder
    self.wordOrder = wordOrder
    self.beta = beta
    self.isLowercased = isLowercased
  }

  /// The name of the score, such as `chrF2` or `chrF2++`.
  public var name: String { "chrF\(beta)" + String(repeating: "+", count: wordOrder) }

  /// The score of a corpus with one reference a sentence.
  ///
  /// - Precondition: there are as many references as hypotheses.
  public func score(hypotheses: [String], references: [String]) -> ChrFScore {
    score(hypotheses: hypotheses, references: references.map { [$0] })
  }

  /// The score of a corpus.
  ///
  /// - Parameters:
  ///   - hypotheses: the translations to be scored.
  ///   - references: the right translations of each sentence.
  /// - Returns: the score of all sentences together.
  /// - Precondition: there are as many lists of references as hypotheses, and none is empty.
  public func score(hypotheses: [String], references: [[String]]) -> ChrFScore {
    precondition(
      hypotheses.count == references.count,
      "ChrF: \(hypotheses.count) hypotheses for \(references.count) references")
    return score(
      of: zip(hypotheses, references).reduce(into: ChrFStatistics()) { sum, pair in
        sum += statistics(hypothesis: pair.0, references: pair.1)
      })
  }

  /// What is counted in one sentence.
  ///
  /// - Precondition: there is a reference.
  public func statistics(hypothesis: String, references: [String]) -> ChrFStatistics {
    precondition(!references.isEmpty, "ChrF: a sentence without a reference")
    var numbers = WordNumbers()
    let symbols = symbols(of: hypothesis, &numbers)
    var best: (counts: [ChrFStatistics.Counts], score: Double) = ([], -1)
    for reference in references {
      let others = self.symbols(of: reference, &numbers)
      let counts =
        Self.counts(symbols.characters, others.characters, order: characterOrder)
        + Self.counts(symbols.words, others.words, order: wordOrder)
      let score = score(of: counts)
      if score > best.score { best = (counts, score) }
    }
    return ChrFStatistics(references: references.count, counts: best.counts)
  }

  /// The score of all sentences whose statistics were added; it is 0 without any.
  ///
  /// - Precondition: they are statistics of the same orders.
  public func score(of statistics: ChrFStatistics) -> ChrFScore {
    precondition(
      statistics.sentences == 0 || statistics.counts.count == characterOrder + wordOrder,
      "ChrF: statistics of \(statistics.counts.count) orders for \(characterOrder + wordOrder)")
    return ChrFScore(
      score: score(of: statistics.counts), name: name,
      signature: SacreBLEU.signature(
        references: statistics.references, isLowercased: isLowercased,
        "eff:yes|nc:\(characterOrder)|nw:\(wordOrder)|space:no"))
  }

  private func score(of counts: [ChrFStatistics.Counts]) -> Double {
    var (precision, recall, orders) = (0.0, 0.0, 0.0)
    for count in counts where count.hypothesis > 0 && count.reference > 0 {
      precision += Double(count.matches) / Double(count.hypothesis)
      recall += Double(count.matches) / Double(count.reference)
      orders += 1
    }
    guard precision + recall > 0 else { return 0 }
    precision /= orders
    recall /= orders
    let factor = Double(beta * beta)
    return 100 * ((1 + factor) * precision * recall / (factor * precision + recall))
  }

  /// The code points of a text without white space, and the numbers of its words if they count.
  private func symbols(
    of text: String, _ numbers: inout WordNumbers
  ) -> (characters: [UInt32], words: [UInt32]) {
    let words = PythonText.words(of: PythonText.scalars(of: text, isLowercased: isLowercased))
    return (
      words.flatMap { $0.map(\.value) },
      wordOrder > 0 ? numbers(words.flatMap(Self.cuttingMark)) : []
    )
  }

  /// A word without the mark at its end or else at its beginning, which is a word too.
  private static func cuttingMark(
    off word: ArraySlice<Unicode.Scalar>
  ) -> [ArraySlice<Unicode.Scalar>] {
    guard word.count > 1, let first = word.first, let last = word.last else { return [word] }
    if isMark(last) { return [word.dropLast(), word.suffix(1)] }
    return isMark(first) ? [word.prefix(1), word.dropFirst()] : [word]
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "!"..."/", ":"..."@", "["..."`", "{"..."~": true
    default: false
    }
  }

  private static func counts(
    _ hypothesis: [UInt32], _ reference: [UInt32], order: Int
  ) -> [ChrFStatistics.Counts] {
    var tree = NGramTree(order: order)
    tree.add(reference)
    let totals = (
      NGramTree.totals(of: hypothesis.count, order: order),
      NGramTree.totals(of: reference.count, order: order)
    )
    return tree.matches(of: hypothesis).enumerated().map { index, matches in
      // Where the reference is too short to have n-grams, those of the hypothesis are not wrong.
      ChrFStatistics.Counts(
        hypothesis: totals.1[index] > 0 ? totals.0[index] : 0, reference: totals.1[index],
        matches: matches)
    }
  }
}
