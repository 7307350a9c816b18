import LembraTensor

/// Compares predicted spans with the truth, sentence by sentence, without keeping them.
///
///     var metrics = SpanMetrics()
///     for sentence in test { metrics.add(predicted: tags(sentence), gold: sentence.tags) }
///     metrics.overall.f1
///
/// The counts are those of the script `conlleval` of the CoNLL shared tasks (Tjong Kim Sang and
/// Buchholz, 2000): a span is right if it begins and ends where a true one does and has its type.
/// Where spans begin and end is for ``TagSpan/spans(in:)`` to say, so tags of any ``TagScheme`` can
/// be compared, predictions that keep to none among them. The script itself does not know `S`, nor
/// `B` right after `E`, which begin spans here.
public struct SpanMetrics: Sendable {
  /// The scores of each type that was predicted or is in the truth.
  public private(set) var byType: [String: SpanScores] = [:]

  /// The number of tokens compared.
  public private(set) var tokenCount = 0

  /// The number of tokens with the right tag.
  public private(set) var correctTokenCount = 0

  public init() {}

  /// The scores of all types together: those of their sums.
  public var overall: SpanScores {
    byType.values.reduce(into: SpanScores()) { sum, scores in
      sum.correct += scores.correct
      sum.predicted += scores.predicted
      sum.gold += scores.gold
    }
  }

  /// The share of the tokens with the right tag, from 0 to 1; nil without tokens.
  public var tokenAccuracy: Double? {
    tokenCount > 0 ? Double(correctTokenCount) / Double(tokenCount) : nil
  }

  /// Compares the tags of a sentence.
  ///
  /// - Precondition: there are as many predicted tags as true ones.
  public mutating func add(predicted: [String], gold: [String]) {
    precondition(
      predicted.count == gold.count,
      "SpanMetrics: \(predicted.count) predicted tags for \(gold.count) true ones")
    tokenCount += gold.count
    var previous = (predicted: SpanTag.outside, gold: SpanTag.outside)
    // Whether both are in a span that began at the same place with the same type.
    var agrees = false
    for place in 0...gold.count {
      let isInside = place < gold.count
      let now = (
        predicted: isInside ? SpanTag(predicted[place]) : .outside,
        gold: isInside ? SpanTag(gold[place]) : .outside
      )
      if isInside && now.predicted == now.gold { correctTokenCount += 1 }
      let ends = (
        predicted: previous.predicted.ends(before: now.predicted),
        gold: previous.gold.ends(before: now.gold)
      )
      if agrees {
        let isCorrect = ends.predicted && ends.gold && previous.predicted.type == previous.gold.type
        if isCorrect { byType[String(previous.gold.type), default: .init()].correct += 1 }
        agrees = !isCorrect && ends.predicted == ends.gold && now.predicted.type == now.gold.type
      }
      let begins = (
        predicted: now.predicted.begins(after: previous.predicted),
        gold: now.gold.begins(after: previous.gold)
      )
      if begins.predicted { byType[String(now.predicted.type), default: .init()].predicted += 1 }
      if begins.gold { byType[String(now.gold.type), default: .init()].gold += 1 }
      if begins.predicted && begins.gold && now.predicted.type == now.gold.type { agrees = true }
      previous = now
    }
  }
}
