import LembraTensor

/// A run of steps whose input products are held at once.
struct HoistedSteps {
  private var steps = 0..<0
  private(set) var firstRow = 0
  private(set) var rowCount = 0

  /// No steps.
  init() {}

  /// The steps from `start` on in this direction that fit in a chunk, at least one.
  init(from start: Int, _ direction: Direction, _ layout: SequenceLayout) {
    var last = start
    rowCount = layout.activeCounts[start]
    while let next = layout.step(before: last, direction.reversed),
      rowCount + layout.activeCounts[next] <= FusedPlan.chunkRows
    {
      rowCount += layout.activeCounts[next]
      last = next
    }
    steps = min(start, last)..<max(start, last) + 1
    firstRow = layout.offsets[steps.lowerBound]
  }

  func contains(_ step: Int) -> Bool { steps.contains(step) }
}
