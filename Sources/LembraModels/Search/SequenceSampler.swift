public import LembraTensor

/// Draws sequences token by token, of many sources at a time.
///
/// Sequences that are complete leave the batch. What is drawn for a source depends on its key, and not
/// on the others.
///
///     let draw = SequenceSampler(decoder, options: options, start: start, end: end)
///     let some = draw(firstState, sourceLengths: lengths, keys: keys)
public struct SequenceSampler<Decoder: SequenceDecoder> {
  private let decoder: Decoder
  private let rules: SearchRules
  private let sampling: SamplingOptions
  private let start: Int

  /// - Parameters:
  ///   - decoder: what writes.
  ///   - options: how many sequences are drawn, and how; ``SearchOptions/beamSize`` is of no matter.
  ///   - start: the token that is read first.
  ///   - end: the token that ends a sequence.
  ///   - unwritten: tokens that are never written.
  /// - Precondition: the options have ``SearchOptions/sampling``.
  /// - Throws: `LembraError` when an option cannot be used.
  public init(
    _ decoder: Decoder, options: SearchOptions, start: Int, end: Int, unwritten: [Int] = []
  ) throws(LembraError) {
    try options.validate()
    guard let sampling = options.sampling else {
      trap("SequenceSampler: the options do not sample")
    }
    self.decoder = decoder
    self.sampling = sampling
    self.start = start
    rules = SearchRules(options: options, end: end, unwritten: Set(unwritten))
  }

  private struct Draw {
    let source: Int
    let maximumLength: Int
    var sampler: TokenSampler
    var tokens: [Int] = []
    var logProbability = 0.0
    var attention: [[Float]] = []
  }

  /// Some sequences of each source, those of the best scores first.
  ///
  /// - Parameters:
  ///   - state: the state before the first step, a row for each source.
  ///   - sourceLengths: the number of tokens of each.
  ///   - keys: names the random numbers of each.
  /// - Returns: for each source as many sequences as were asked for.
  /// - Precondition: there is a key for each source; the decoder scores every token for each row, the
  ///   end among them, and tells what it attends to if the options need it.
  public func callAsFunction(
    _ state: Decoder.State, sourceLengths: [Int], keys: [RandomKey]
  ) -> [[FoundSequence]] {
    precondition(keys.count == sourceLengths.count, "SequenceSampler: \(keys.count) keys")
    let options = rules.options
    var draws = sourceLengths.enumerated().flatMap { index, length in
      (0..<options.best).map { number in
        Draw(
          source: index, maximumLength: options.maximumLength(sourceLength: length),
          sampler: TokenSampler(sampling, key: keys[index].folding(number)))
      }
    }
    var results = [[FoundSequence]](repeating: [], count: sourceLengths.count)
    var state = decoder.rows(draws.map(\.source), of: state)
    while !draws.isEmpty {
      let step = decoder.step(draws.map { $0.tokens.last ?? start }, state)
      rules.check(step, rows: draws.count)
      let tokens = drawTokens(&draws, step.scores.logProbabilities())
      var rest: [Int] = []
      for row in draws.indices {
        if options.needsAttention { draws[row].attention.append(step.attention[row]) }
        if tokens[row] == rules.end {
          let draw = draws[row]
          results[draw.source].append(
            rules.found(
              draw.tokens, maximumLength: draw.maximumLength, logProbability: draw.logProbability,
              attention: draw.attention))
        } else {
          draws[row].tokens.append(tokens[row])
          rest.append(row)
        }
      }
      draws = rest.map { draws[$0] }
      if !draws.isEmpty { state = decoder.rows(rest, of: step.state) }
    }
    return results.map { $0.sorted { $0.score > $1.score } }
  }

  /// The next token of every draw.
  private func drawTokens(_ draws: inout [Draw], _ logs: Tensor) -> [Int] {
    let count = logs.shape[1]
    return logs.withElements { logs in
      draws.withUnsafeMutableBufferPointer { draws in
        nonisolated(unsafe) let (logs, draws) = (logs, draws)
        return mapInParallel(over: draws.count, cost: Double(count) * 10) { row in
          next(&draws[row], UnsafeBufferPointer(start: logs + row * count, count: count))
        }
      }
    }
  }

  /// Draws the next token, whose probability counts as the decoder gave it.
  private func next(_ draw: inout Draw, _ logs: UnsafeBufferPointer<Float>) -> Int {
    var token = rules.end
    if draw.tokens.count < draw.maximumLength {
      var scores = Array(logs)
      for forbidden in rules.forbidden(after: draw.tokens) { scores[forbidden] = -.infinity }
      // Where nothing may follow, a sequence ends.
      if scores.contains(where: { $0 > -.infinity }) { token = draw.sampler.next(scores) }
    }
    draw.logProbability += Double(logs[token])
    return token
  }
}
