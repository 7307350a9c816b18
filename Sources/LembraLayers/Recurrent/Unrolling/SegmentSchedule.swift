import LembraTensor

/// Where a run over sequences is cut into segments, and what is kept of it.
struct SegmentSchedule {
  /// Consecutive steps that are gone back through at once.
  struct Segment: Hashable {
    let steps: Range<Int>

    /// Whether the gradient of the state ends where the segment begins in its direction's order.
    let isCut: Bool
  }

  /// In the order in which the direction reads them.
  let segments: [Segment]

  /// What to keep; nil for everything.
  let plan: RecomputationPlan?

  /// Cuts a run.
  ///
  /// A segment ends where the kernels end a block of rows whose products they sum up, so that the sums
  /// over all segments, the last first, are those over all rows.
  ///
  /// - Parameters:
  ///   - layout: the sequences.
  ///   - reading: how the layer reads them.
  ///   - unrolling: what may be kept.
  ///   - stateFloats: the numbers in the states of all sequences.
  init(
    _ layout: SequenceLayout, _ reading: SegmentReading, _ unrolling: Unrolling, stateFloats: Int
  ) {
    let whole = 0..<layout.stepCount
    let length = unrolling.truncation ?? max(whole.count, 1)
    var parts = stride(from: 0, to: whole.count, by: length).map {
      $0..<min($0 + length, whole.count)
    }
    if reading.direction == .backward { parts.reverse() }
    let float = MemoryLayout<Float>.stride
    // The pool's blocks are up to a quarter longer than what is asked for.
    let rowBytes = reading.floatsPerStep * float * 5 / 4
    guard let budget = unrolling.memory?.bytes, layout.rowCount * rowBytes > budget else {
      segments = parts.enumerated().map { Segment(steps: $1, isCut: $0 > 0) }
      plan = nil
      return
    }
    // In the order in which they are read.
    let blocks = parts.map { Array(layout.gradientBlocks(of: $0, reading.direction).reversed()) }
    let blockRows = blocks.joined().reduce(1) { max($0, layout.rows(ofSteps: $1).count) }
    let counts = blocks.map(\.count)
    let (size, plan) = Self.plans.answer(
      RecentPlans.Question(
        counts: counts, budget: budget, blockBytes: blockRows * rowBytes,
        stateBytes: max(stateFloats, 1) * float), Self.choose)
    var segments: [Segment] = []
    segments.reserveCapacity(plan.count)
    for (index, own) in blocks.enumerated() {
      let count = (own.count + size - 1) / size
      for part in 0..<count {
        let group = own[own.count * part / count..<own.count * (part + 1) / count]
        let start = group.reduce(Int.max) { min($0, $1.lowerBound) }
        let end = group.reduce(0) { max($0, $1.upperBound) }
        segments.append(Segment(steps: start..<end, isCut: index > 0 && part == 0))
      }
    }
    self.segments = segments
    self.plan = plan
  }

  private static let plans = RecentPlans()

  /// The number of blocks that make a segment, and what to keep.
  ///
  /// If all states fit beside one record, every segment but the last is computed twice: the longer they
  /// are, the more of the sequence is the last. Otherwise the number is that of least work.
  private static func choose(_ question: RecentPlans.Question) -> RecentPlans.Answer {
    let (counts, budget) = (question.counts, question.budget)
    let (blockBytes, stateBytes) = (question.blockBytes, question.stateBytes)
    func segments(_ size: Int) -> Int { counts.reduce(0) { $0 + ($1 + size - 1) / size } }
    func plan(_ size: Int) -> RecomputationPlan {
      let (count, record) = (segments(size), size * blockBytes + stateBytes)
      // A handful of states is always kept: without any the work would grow with the square.
      let fewest = Int.bitWidth - count.leadingZeroBitCount
      return RecomputationPlan(
        steps: count, budget: max(budget, record + fewest * stateBytes), stateBytes: stateBytes,
        recordBytes: record)
    }
    let longest = counts.reduce(1, max)
    let most = min(longest, budget / blockBytes)
    var size = most
    while size > 0 {
      let left = budget - segments(size) * stateBytes
      if left >= size * blockBytes { return (size, plan(size)) }
      size = min(size - 1, max(0, left) / blockBytes)
    }
    var best = (size: 1, plan: plan(1))
    size = 2
    while size <= most {
      let other = plan(size)
      if other.cost * size < best.plan.cost * best.size { best = (size, other) }
      size *= 2
    }
    return best
  }
}
