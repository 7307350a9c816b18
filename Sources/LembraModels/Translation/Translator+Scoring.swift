public import LembraData
import LembraTensor
import LembraTraining

/// How probable a translator finds the targets of pairs.
public struct TeacherForcedScores: Hashable, Codable, Sendable {
  /// The negative logarithm of the probability of a target token, on average, in nats; the token of
  /// a target's end counts.
  public let nats: Double

  /// The number of tokens that would leave as much choice if all were as likely: `exp(nats)`.
  public let perplexity: Double

  /// The share of target tokens that the model finds the most probable after those before.
  public let tokenAccuracy: Double

  /// The number of target tokens.
  public let tokens: Int
}

extension Translator {
  /// How probable the targets of pairs are, each token after those before it.
  ///
  /// - Precondition: there is a pair.
  public func scores(of pairs: ParallelTexts) -> TeacherForcedScores {
    precondition(pairs.count > 0, "scores: there are no pairs")
    let encoded = EncodedPairs(pairs, tokenizers)
    let buckets = LengthBuckets(lengths: encoded.stepCounts, limit: .tokens(4_096))
    var losses = [Double](repeating: 0, count: encoded.count)
    var (right, tokens) = (0, 0)
    for indices in buckets.inOrder() {
      let batch = encoded.batch(indices)
      let rows = network.taught(
        batch.inputs, layout: batch.layout, from: network.read(batch.sources))
      let logits = network.logits(rows)
      right += zip(logits.argmax(), batch.targets).reduce(0) { $0 + ($1.0 == $1.1 ? 1 : 0) }
      tokens += batch.targets.count
      let own = batch.layout.separating(logits.crossEntropies(batch.targets).array)
      // By sentence, so that the sum does not depend on how sentences were put together.
      for (index, sentence) in zip(indices, own) {
        losses[index] = sentence.reduce(0) { $0 + Double($1) }
      }
    }
    let scores = LanguageScores(
      negativeLogLikelihood: losses.reduce(0, +), tokens: tokens, characters: 0)
    return TeacherForcedScores(
      nats: scores.nats, perplexity: scores.perplexity,
      tokenAccuracy: Double(right) / Double(tokens), tokens: tokens)
  }
}
