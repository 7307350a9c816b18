import LembraTensor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a sequence may consist of, and what it is worth.
struct SearchRules {
  let options: SearchOptions

  /// The token that ends a sequence.
  let end: Int

  /// Tokens that are never written.
  let unwritten: Set<Int>

  /// The tokens that must not follow.
  func forbidden(after tokens: [Int]) -> Set<Int> {
    var forbidden = unwritten
    if tokens.count < options.minimumLength { forbidden.insert(end) }
    // No run that occurred is repeated.
    if let length = options.blockedLength, tokens.count >= length {
      let last = tokens.suffix(length - 1)
      for start in 0...tokens.count - length
      where tokens[start..<start + length - 1].elementsEqual(last) {
        forbidden.insert(tokens[start + length - 1])
      }
    }
    return forbidden
  }

  /// A sequence that is complete: its tokens without the end, the logarithm of its probability, the
  /// end included, and what each of them attended to, if that is needed.
  func found(
    _ tokens: [Int], maximumLength: Int, logProbability: Double, attention: [[Float]]
  ) -> FoundSequence {
    FoundSequence(
      tokens: tokens, logProbability: logProbability,
      score: logProbability / options.normalization(tokens.count + 1) + coverage(attention),
      isCut: tokens.count >= maximumLength,
      attention: options.returnsAttention ? attention : [])
  }

  private func coverage(_ attention: [[Float]]) -> Double {
    guard options.coveragePenalty > 0, let first = attention.first else { return 0 }
    let sums = first.indices.map { place in
      attention.reduce(0.0) { $0 + Double($1[place]) }
    }
    // What was never attended to at all would make every sequence equally bad.
    let logs = sums.map { log(min(max($0, 1e-10), 1)) }
    return options.coveragePenalty * logs.reduce(0, +)
  }

  /// Traps unless a step scores tokens for each row, and tells what it attended to if that is needed.
  func check<State>(_ step: DecodingStep<State>, rows: Int) {
    let shape = step.scores.shape
    precondition(
      shape.rows == rows && (0..<shape.tokens).contains(end),
      "search: scores \(shape) for \(rows) rows, and \(end) for the end")
    precondition(
      !options.needsAttention || step.attention.count == rows,
      "search: the decoder does not tell what it attends to")
  }
}
