public import LembraData
import LembraTensor
public import LembraTraining

/// How well a tagger did on sentences with tags.
public struct TaggerEvaluation: Sendable {
  /// Whether the tags that were learnt mark spans; of others the scores of spans mean nothing.
  public let hasSpans: Bool

  /// Precision, recall and F1 of spans as the script conlleval counts them.
  public let spans: SpanScores

  /// The same for each type of span.
  public let byType: [String: SpanScores]

  /// The share of words with the right tag.
  public let accuracy: Double

  public let words: Int
  public let sentences: Int

  /// What the model said of each sentence.
  public let tags: [[String]]
}

extension SequenceTagger {
  /// Judges the model on sentences with tags.
  ///
  /// - Precondition: every word has a tag.
  public func evaluate(_ sentences: TaggedSentences) -> TaggerEvaluation {
    precondition(
      sentences.tags.count == sentences.words.count, "evaluate: the sentences have no tags")
    let tags = tag(sentences)
    let metrics = Self.metrics(tags, sentences)
    return TaggerEvaluation(
      hasSpans: TagScheme.marksSpans(configuration.tags), spans: metrics.overall,
      byType: metrics.byType, accuracy: metrics.tokenAccuracy ?? 0,
      words: metrics.tokenCount, sentences: sentences.count, tags: tags)
  }

  /// What an epoch is chosen by: the F1 of spans, or the share of right tags where there are none.
  func score(of encoded: EncodedSentences, _ sentences: TaggedSentences) -> Double {
    let metrics = Self.metrics(paths(of: encoded).map(configuration.names), sentences)
    return configuration.scheme == nil ? metrics.tokenAccuracy ?? 0 : metrics.overall.f1
  }

  private static func metrics(_ tags: [[String]], _ sentences: TaggedSentences) -> SpanMetrics {
    var metrics = SpanMetrics()
    for (predicted, sentence) in zip(tags, sentences) {
      metrics.add(predicted: predicted, gold: Array(sentence.tags))
    }
    return metrics
  }
}

extension TaggedSentences {
  /// The same sentences with their spans marked in another way.
  func converted(to scheme: TagScheme) -> TaggedSentences {
    TaggedSentences(
      words: words, features: features, tags: flatMap { scheme.converting(Array($0.tags)) },
      lines: lines, offsets: offsets, columns: columns, file: file)
  }
}
