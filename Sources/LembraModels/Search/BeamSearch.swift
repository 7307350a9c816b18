public import LembraTensor

/// A search for the most probable sequences of many sources at a time.
///
/// Hypotheses of all sources stand side by side in one batch. Sources whose search is over leave it.
/// What is found for a source does not depend on the others. Of equal hypotheses those that were
/// first, and among their successors those with smaller tokens, come first.
///
///     let search = BeamSearch(decoder, options: options, start: start, end: end)
///     let best = search(firstState, sourceLengths: lengths)[0][0].tokens
///
/// - Note: Sutskever, Vinyals and Le, "Sequence to sequence learning with neural networks", 2014.
public struct BeamSearch<Decoder: SequenceDecoder> {
  private let decoder: Decoder
  private let rules: SearchRules
  private let start: Int

  private var options: SearchOptions { rules.options }

  /// - Parameters:
  ///   - decoder: what writes.
  ///   - options: how.
  ///   - start: the token that is read first.
  ///   - end: the token that ends a sequence.
  ///   - unwritten: tokens that are never written.
  /// - Throws: `LembraError` when an option cannot be used.
  public init(
    _ decoder: Decoder, options: SearchOptions, start: Int, end: Int, unwritten: [Int] = []
  ) throws(LembraError) {
    try options.validate()
    self.decoder = decoder
    self.start = start
    rules = SearchRules(options: options, end: end, unwritten: Set(unwritten))
  }

  private struct Hypothesis {
    var tokens: [Int] = []
    var logProbability = 0.0
    var attention: [[Float]] = []

    /// The row of the state that it continues.
    var row: Int
  }

  private struct Source {
    let index: Int
    let maximumLength: Int
    var running: [Hypothesis]
    var found: [FoundSequence] = []
  }

  private struct Candidate {
    let logProbability: Double
    let parent: Int
    let token: Int
  }

  /// The best sequences of each source, the best first.
  ///
  /// - Parameters:
  ///   - state: the state before the first step, a row for each source.
  ///   - sourceLengths: the number of tokens of each.
  /// - Returns: for each source as many sequences as were asked for, or as there are.
  /// - Precondition: the decoder scores every token for each row, the end among them, and tells what it
  ///   attends to if the options need it.
  public func callAsFunction(_ state: Decoder.State, sourceLengths: [Int]) -> [[FoundSequence]] {
    var results = [[FoundSequence]](repeating: [], count: sourceLengths.count)
    var sources = sourceLengths.enumerated().map { index, length in
      Source(
        index: index, maximumLength: options.maximumLength(sourceLength: length),
        running: [Hypothesis(row: index)])
    }
    var state = state
    while !sources.isEmpty {
      let rows = sources.flatMap(\.running)
      let step = decoder.step(rows.map { $0.tokens.last ?? start }, state)
      rules.check(step, rows: rows.count)
      let candidates = successors(rows, sources, step.logProbabilities)
      var first = 0
      for place in sources.indices {
        let count = sources[place].running.count
        advance(
          &sources[place], candidates[first..<first + count], firstRow: first, step.attention)
        first += count
        if isOver(sources[place]) {
          results[sources[place].index] = Array(sources[place].found.prefix(options.best))
        }
      }
      sources.removeAll(where: isOver)
      if !sources.isEmpty {
        state = decoder.rows(sources.flatMap { $0.running.map(\.row) }, of: step.state)
        renumber(&sources)
      }
    }
    return results
  }

  /// Lets the rows of the state that was just chosen follow each other.
  private func renumber(_ sources: inout [Source]) {
    var row = 0
    for place in sources.indices {
      for index in sources[place].running.indices {
        sources[place].running[index].row = row
        row += 1
      }
    }
  }

  // MARK: - A step

  /// The best successors of every hypothesis, the best first.
  private func successors(
    _ rows: [Hypothesis], _ sources: [Source], _ logs: Tensor
  ) -> [[(token: Int, log: Float)]] {
    let most = sources.flatMap { source in source.running.map { _ in source.maximumLength } }
    let count = logs.shape[1]
    let best = Locked([[(token: Int, log: Float)]](repeating: [], count: rows.count))
    logs.withElements { logs in
      nonisolated(unsafe) let logs = logs
      inParallel(over: rows.count, cost: Double(count)) { part in
        let own = part.map { row in
          bestTokens(
            UnsafeBufferPointer(start: logs + row * count, count: count), after: rows[row].tokens,
            maximumLength: most[row])
        }
        best.withLock { best in
          for (row, tokens) in zip(part, own) { best[row] = tokens }
        }
      }
    }
    return best.withLock { $0 }
  }

  /// The best tokens that may follow, one more than hypotheses are followed, since one may be the
  /// end.
  private func bestTokens(
    _ logs: UnsafeBufferPointer<Float>, after tokens: [Int], maximumLength: Int
  ) -> [(token: Int, log: Float)] {
    if tokens.count >= maximumLength { return [(rules.end, logs[rules.end])] }
    let forbidden = rules.forbidden(after: tokens)
    var best: [(token: Int, log: Float)] = []
    let wanted = options.beamSize + 1
    var least = -Float.infinity
    for (token, log) in logs.enumerated() where log > least && !forbidden.contains(token) {
      // Equal ones keep the order of their tokens.
      let place = best.firstIndex { $0.log < log } ?? best.count
      best.insert((token, log), at: place)
      if best.count > wanted { best.removeLast() }
      if best.count == wanted { least = best[wanted - 1].log }
    }
    // Where nothing else may follow, a sequence ends.
    return best.isEmpty ? [(rules.end, logs[rules.end])] : best
  }

  /// Puts the best candidates of a source in the place of its hypotheses.
  private func advance(
    _ source: inout Source, _ successors: ArraySlice<[(token: Int, log: Float)]>, firstRow: Int,
    _ attention: [[Float]]
  ) {
    var candidates: [Candidate] = []
    for (parent, tokens) in successors.enumerated() {
      let before = source.running[parent].logProbability
      candidates += tokens.map {
        Candidate(logProbability: before + Double($0.log), parent: parent, token: $0.token)
      }
    }
    let order = candidates.indices.sorted { left, right in
      let (a, b) = (candidates[left].logProbability, candidates[right].logProbability)
      return a == b ? left < right : a > b
    }
    var running: [Hypothesis] = []
    for (rank, index) in order.enumerated() {
      let candidate = candidates[index]
      var next = source.running[candidate.parent]
      next.logProbability = candidate.logProbability
      next.row = firstRow + candidate.parent
      if options.needsAttention { next.attention.append(attention[next.row]) }
      if candidate.token == rules.end {
        // Of those that end, only the ones that would have been followed count.
        if rank < options.beamSize { add(next, to: &source) }
      } else if running.count < options.beamSize {
        next.tokens.append(candidate.token)
        running.append(next)
      }
      if running.count == options.beamSize, rank + 1 >= options.beamSize { break }
    }
    source.running = running
  }

  private func add(_ hypothesis: Hypothesis, to source: inout Source) {
    let found = rules.found(
      hypothesis.tokens, maximumLength: source.maximumLength,
      logProbability: hypothesis.logProbability, attention: hypothesis.attention)
    let place = source.found.firstIndex { $0.score < found.score } ?? source.found.count
    source.found.insert(found, at: place)
  }

  /// Whether nothing more has to be found for a source.
  private func isOver(_ source: Source) -> Bool {
    guard !source.running.isEmpty else { return true }
    guard options.isExact else { return source.found.count >= options.beamSize }
    guard source.found.count >= options.best else { return false }
    // The longest sequence loses least by what may still come.
    let least = options.normalization(source.maximumLength + 1)
    let best = source.running[0].logProbability / least
    return best <= source.found[options.best - 1].score
  }
}
