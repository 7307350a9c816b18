import LembraTensor

/// The steps of sequences in the order in which one direction takes them, shared out among threads that
/// never wait for each other.
struct SequenceSteps: Sendable {
  let layout: SequenceLayout
  let direction: Direction

  init(_ layout: SequenceLayout, _ direction: Direction) {
    self.layout = layout
    self.direction = direction
  }

  /// Calls `body` with each step of some sequences, its rows, and the sequences that have it.
  ///
  /// - Parameters:
  ///   - sequences: the sequences of one thread.
  ///   - reversed: whether the last step comes first.
  ///   - body: works on a step.
  func forEach(
    of sequences: Range<Int>, reversed: Bool,
    _ body: (_ step: Int, _ rows: Range<Int>, _ own: Range<Int>) -> Void
  ) {
    let count = layout.stepCount
    for index in 0..<count {
      let step = layout.step(reversed ? count - 1 - index : index, direction)
      let own = sequences.clamped(to: 0..<layout.activeCounts[step])
      if own.isEmpty { continue }
      let start = layout.offsets[step]
      body(step, start + own.lowerBound..<start + own.upperBound, own)
    }
  }

  /// Calls `body` with the sequences of each thread.
  ///
  /// - Parameters:
  ///   - work: about the multiply-adds of all.
  ///   - leastSequences: the fewest that a thread is worth having for.
  ///   - together: how many sequences, counted from the first, stay together.
  ///   - body: works on some sequences.
  func runTeam(
    work: Double, leastSequences: Int, together: Int = 1, _ body: (Range<Int>) -> Void
  ) {
    let count = layout.batchCount
    let threads = max(1, min(Threads.limit, count / max(leastSequences, together)))
    // The first few may be as long as all others, and are a share of their own.
    func rounded(_ bound: Int) -> Int {
      if bound == 0 || bound == count { return bound }
      return min(count, max(1, (bound + together / 2) / together) * together)
    }
    ThreadPool.shared.run(work < 200_000 ? 1 : threads, isShort: work < 20_000_000) { team in
      let share = layout.sequences(share: team.index, of: team.count)
      flushingDenormals { body(rounded(share.lowerBound)..<rounded(share.upperBound)) }
    }
  }
}
