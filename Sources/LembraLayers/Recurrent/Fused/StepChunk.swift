import LembraTensor

/// Consecutive steps that are worked on together: those whose input products are held at once, or
/// those after which one layer hands its output to the next.
struct StepChunk {
  /// Counted in the direction's own order: a backward direction begins with the last step.
  let steps: Range<Int>
  let firstRow: Int
  let rowCount: Int

  /// The rows of these steps.
  var rows: Range<Int> { firstRow..<firstRow + rowCount }

  /// Steps from `start` on whose rows fit in `limit`, at least one.
  init(from start: Int, _ direction: Direction, _ layout: SequenceLayout, limit: Int) {
    var end = start
    var (first, count) = (Int.max, 0)
    while end < layout.stepCount {
      let step = layout.step(end, direction)
      guard end == start || count + layout.activeCounts[step] <= limit else { break }
      count += layout.activeCounts[step]
      first = min(first, layout.offsets[step])
      end += 1
    }
    steps = start..<end
    firstRow = first
    rowCount = count
  }
}

extension SequenceLayout {
  /// The step that a direction takes as number `index`.
  func step(_ index: Int, _ direction: Direction) -> Int {
    direction == .forward ? index : stepCount - 1 - index
  }

  /// The row that holds the last step of a sequence in this direction, or nil if it has no steps.
  func lastRow(ofSequence position: Int, _ direction: Direction) -> Int? {
    guard lengths[position] > 0 else { return nil }
    return (direction == .forward ? offsets[lengths[position] - 1] : 0) + position
  }

  /// Calls `body` with the first row and the number of rows of each step, if there are steps.
  func withUnsafeSteps(_ body: (UnsafePointer<Int>, UnsafePointer<Int>) -> Void) {
    offsets.withUnsafeBufferPointer { offsets in
      activeCounts.withUnsafeBufferPointer { counts in
        guard let offsets = offsets.baseAddress, let counts = counts.baseAddress else { return }
        body(offsets, counts)
      }
    }
  }
}
