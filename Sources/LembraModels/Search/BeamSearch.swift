public import LembraTensor

/// A search for the most probable sequences of many sources at a time.
///
/// Hypotheses of all sources stand side by side in one batch. Sources whose search is over leave it.
/// What is found for a source does not depend on the others. Of equal hypotheses those that were
/// first, and among the successors of one with equal scores those of smaller tokens, come first.
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
      let candidates = successors(rows, sources, step.scores)
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

  /// The tokens that may follow every hypothesis, the most probable first, and their logarithms.
  private func successors(
    _ rows: [Hypothesis], _ sources: [Source], _ scores: TokenScores
  ) -> [[(token: Int, log: Float)]] {
    // An end takes a place in the beam, or else leaves one for another.
    let wanted = options.isExact ? options.beamSize + 1 : options.beamSize
    let forbidden = rows.map { Array(rules.forbidden(after: $0.tokens)) }
    let best = scores.best(
      LargestColumnsQuery(wanted, leavingOut: forbidden, asking: rules.end))
    let most = sources.flatMap { source in source.running.map { _ in source.maximumLength } }
    return rows.indices.map { row in
      // Where nothing else may follow, a sequence ends.
      if rows[row].tokens.count >= most[row] || best[row].largest.isEmpty {
        return [(rules.end, best[row].asked)]
      }
      return best[row].largest.map { (token: $0.column, log: $0.value) }
    }
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
    // What is found keeps its place in the beam, unless search goes on until nothing is better.
    let followed = options.isExact ? order.count : options.beamSize - source.found.count
    var running: [Hypothesis] = []
    for (rank, index) in order.prefix(followed).enumerated() {
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
