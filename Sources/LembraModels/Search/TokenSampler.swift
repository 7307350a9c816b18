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
    // The first of the largest.
    let best = scores.indices.reduce(0) { scores[$1] > scores[$0] ? $1 : $0 }
    guard options.temperature > 0 else { return best }
    let most = scores[best]
    // Only a choice among the most probable needs them in order.
    var candidates = Array(scores.indices)
    if options.topK != nil || options.topP != nil {
      candidates.sort { (scores[$1], $0) < (scores[$0], $1) }
      candidates.removeLast(max(0, candidates.count - (options.topK ?? candidates.count)))
    }
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
