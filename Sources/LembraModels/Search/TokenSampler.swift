package import LembraTensor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Draws tokens one after the other.
package struct TokenSampler {
  private let options: SamplingOptions
  private var generator: RandomGenerator
  private var hasOccurred: Set<Int> = []

  /// The random numbers are named by `key`, or by the options' seed when it is nil.
  package init(_ options: SamplingOptions, key: RandomKey? = nil) {
    self.options = options
    generator = RandomGenerator(key ?? options.key)
  }

  /// Takes note of a token, for the repetition penalty.
  package mutating func observe(_ token: Int) {
    if options.repetitionPenalty != 1 { hasOccurred.insert(token) }
  }

  /// Draws a token from scores, one for each, and takes note of it.
  ///
  /// - Precondition: there is a score.
  package mutating func next(_ scores: [Float]) -> Int {
    precondition(!scores.isEmpty, "TokenSampler: there are no scores")
    let token = draw(penalized(scores))
    observe(token)
    return token
  }

  private func penalized(_ scores: [Float]) -> [Double] {
    var scores = scores.map(Double.init)
    for token in hasOccurred where token < scores.count {
      let score = scores[token]
      scores[token] =
        score > 0 ? score / options.repetitionPenalty : score * options.repetitionPenalty
    }
    return scores
  }

  private mutating func draw(_ scores: [Double]) -> Int {
    let order = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
    guard options.temperature > 0 else { return order[0] }
    let most = scores[order[0]]
    let candidates = order.prefix(options.topK ?? order.count)
    let weights = candidates.map { exp((scores[$0] - most) / options.temperature) }
    let total = weights.reduce(0, +)
    // The smallest set of the most probable that has the probability asked for.
    let wanted = (options.topP ?? 1) * total
    var (count, sum) = (0, 0.0)
    while count < weights.count, sum < wanted || count == 0 {
      sum += weights[count]
      count += 1
    }
    var rest = Double.random(in: 0..<1, using: &generator) * sum
    for (token, weight) in zip(candidates, weights).prefix(count) {
      rest -= weight
      if rest < 0 { return token }
    }
    return candidates[count - 1]
  }
}
