public import LembraData
public import LembraTensor
public import LembraTraining

/// How well a translator did on pairs.
public struct TranslationEvaluation: Sendable {
  public let bleu: BLEUScore

  public let chrF: ChrFScore

  /// The share of texts that became just what they were to become, or what its tokens make of it.
  public let exact: Double

  /// The words that are wrong, in lower case where the model writes so.
  ///
  /// Words are what is between white space: where tokens are words, a mark that a reference has beside
  /// a word is written apart from it, and both count as wrong.
  public let wordErrors: WordErrors

  /// How probable the model found the references.
  public let taught: TeacherForcedScores

  /// The best translation of each source.
  public let translations: [Translation]

  /// The number of words of each source, apart by white space.
  public let sourceLengths: [Int]

  /// What each translation adds to BLEU.
  public let statistics: [BLEUStatistics]
}

extension TranslationEvaluation {
  /// How good translations of sources of like length are.
  public struct LengthScore: Hashable, Codable, Sendable {
    /// The fewest and the most words of a source.
    public let shortest: Int
    public let longest: Int

    /// The number of pairs.
    public let pairs: Int

    public let bleu: Double
  }

  /// BLEU by the length of the source, in about as many parts of as many pairs, the shortest first.
  ///
  /// Sources of one length are in one part. Models that were judged on the same pairs have the same
  /// parts.
  ///
  /// - Precondition: `parts` is above 0.
  public func scoresByLength(parts: Int = 6) -> [LengthScore] {
    precondition(parts > 0, "scoresByLength: \(parts) parts")
    let order = sourceLengths.indices.sorted { (sourceLengths[$0], $0) < (sourceLengths[$1], $1) }
    let size = max(1, (order.count + parts - 1) / parts)
    var scores: [LengthScore] = []
    var start = 0
    while start < order.count {
      var end = min(start + size, order.count)
      while end < order.count, sourceLengths[order[end]] == sourceLengths[order[end - 1]] {
        end += 1
      }
      let own = order[start..<end]
      scores.append(
        LengthScore(
          shortest: sourceLengths[order[start]], longest: sourceLengths[order[end - 1]],
          pairs: own.count,
          bleu: BLEU().score(of: own.map { statistics[$0] }.reduce(.init(), +)).score)
      )
      start = end
    }
    return scores
  }
}

extension Translator {
  /// Translates the sources of pairs and judges the translations by the targets.
  ///
  /// - Parameters:
  ///   - pairs: the sources and what they are to become.
  ///   - options: how translations are searched for.
  /// - Returns: the scores; in lower case where the model writes in lower case.
  /// - Precondition: there is a pair.
  /// - Throws: `LembraError` when an option cannot be used.
  public func evaluate(
    _ pairs: ParallelTexts, options: SearchOptions = SearchOptions()
  ) throws(LembraError) -> TranslationEvaluation {
    try Self.evaluate(pairs, by: [self], options: options)
  }

  /// Judges several translators together; see ``translate(_:by:options:)``.
  ///
  /// How probable references are is what the first finds.
  ///
  /// - Throws: as there.
  /// - Precondition: there is a pair.
  public static func evaluate(
    _ pairs: ParallelTexts, by translators: [Translator], options: SearchOptions = SearchOptions()
  ) throws(LembraError) -> TranslationEvaluation {
    precondition(pairs.count > 0, "evaluate: there are no pairs")
    let translations = try translate(pairs.sources, by: translators, options: options)
      .map { $0[0] }
    let first = translators[0]
    let metric = BLEU(isLowercased: first.tokenizers.isLowercased)
    let characters = ChrF(isLowercased: first.tokenizers.isLowercased)
    let texts = translations.map(\.text)
    let statistics = zip(texts, pairs.targets).map {
      metric.statistics(hypothesis: $0, references: [$1])
    }
    let wanted = first.tokenizers.prepared(pairs.targets)
    // Where tokens are words, what they make of a text has blanks between them.
    let known = first.tokenizers.encode(targets: pairs.targets)
      .map { first.tokenizers.target.decode($0) }
    let exact = texts.indices.count { texts[$0] == wanted[$0] || texts[$0] == known[$0] }
    return TranslationEvaluation(
      bleu: metric.score(of: statistics.reduce(BLEUStatistics(), +)),
      chrF: characters.score(hypotheses: texts, references: pairs.targets),
      exact: Double(exact) / Double(pairs.count),
      wordErrors: zip(texts, wanted).map(WordErrors.init).reduce(WordErrors(), +),
      taught: first.scores(of: pairs),
      translations: translations,
      sourceLengths: pairs.sources.map { $0.split(whereSeparator: \.isWhitespace).count },
      statistics: statistics)
  }

  /// The chrF of greedy translations, by which the best epoch is chosen.
  ///
  /// They may be a little longer than the `longest` target.
  func greedyChrF(_ pairs: ParallelTexts, longest: Int) throws(LembraError) -> Double {
    let options = SearchOptions(
      beamSize: 1, maximumLength: longest + 10, maximumLengthRatio: nil)
    let texts = try translate(pairs.sources, options: options).map { $0[0].text }
    return ChrF(isLowercased: tokenizers.isLowercased)
      .score(hypotheses: texts, references: pairs.targets).score
  }
}
