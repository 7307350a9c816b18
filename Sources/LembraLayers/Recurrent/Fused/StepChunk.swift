import LembraTensor

/// Consecutive steps that are worked on together: those whose input products are held at once, or
/// those after which one layer hands its output to the next.
struct StepChunk {
  /// In the order of the sequence, whatever the direction.
  private(set) var steps: Range<Int>
  let firstRow: Int
  private(set) var rowCount: Int

  /// The steps from `start` on in this direction whose rows fit in `limit`, at least one.
  init(from start: Int, _ direction: Direction, _ layout: SequenceLayout, limit: Int) {
    var last = start
    rowCount = layout.activeCounts[start]
    while let next = layout.step(before: last, direction.reversed),
      rowCount + layout.activeCounts[next] <= limit
    {
      rowCount += layout.activeCounts[next]
      last = next
    }
    steps = min(start, last)..<max(start, last) + 1
    firstRow = layout.offsets[steps.lowerBound]
  }

  var rows: Range<Int> { firstRow..<firstRow + rowCount }

  func contains(_ step: Int) -> Bool { steps.contains(step) }

  /// The steps in the order in which `direction` takes them.
  func steps(_ direction: Direction) -> StrideThrough<Int> {
    direction == .forward
      ? stride(from: steps.lowerBound, through: steps.upperBound - 1, by: 1)
      : stride(from: steps.upperBound - 1, through: steps.lowerBound, by: -1)
  }

  /// The step that follows the chunk in this direction, if there is one.
  func next(_ direction: Direction, _ layout: SequenceLayout) -> Int? {
    layout.step(
      before: direction == .forward ? steps.upperBound - 1 : steps.lowerBound, direction.reversed)
  }
}

extension SequenceLayout {
  /// The step that a step's state comes from in this direction, if there is one.
  func step(before step: Int, _ direction: Direction) -> Int? {
    let neighbour = direction == .forward ? step - 1 : step + 1
    return neighbour >= 0 && neighbour < stepCount ? neighbour : nil
  }

  /// The steps in the order in which `direction` takes them.
  func steps(_ direction: Direction) -> StrideThrough<Int> {
    direction == .forward
      ? stride(from: 0, through: stepCount - 1, by: 1)
      : stride(from: stepCount - 1, through: 0, by: -1)
  }

  /// The step that `direction` takes first, if there are steps.
  func firstStep(_ direction: Direction) -> Int? {
    stepCount == 0 ? nil : direction == .forward ? 0 : stepCount - 1
  }

  /// The row that holds the last step of a sequence in this direction, or nil if it has no steps.
  func lastRow(ofSequence position: Int, _ direction: Direction) -> Int? {
    guard lengths[position] > 0 else { return nil }
    return (direction == .forward ? offsets[lengths[position] - 1] : 0) + position
  }
}

extension Direction {
  var reversed: Direction { self == .forward ? .backward : .forward }
}
