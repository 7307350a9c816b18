package import CLembraKernels
package import LembraTensor

/// How a fused layer divides its work, chosen by the shape of the batch and of the cell.
///
/// The choice is one of speed alone: results are the same to the bit for every plan.
package struct FusedPlan: Hashable {
  /// What the threads of a team share out among themselves.
  package enum Split: String {
    /// One thread does everything.
    case none
    /// Each thread runs some of the sequences, without ever waiting for another.
    case rows
    /// Each thread computes some of the units and waits for the others after every step.
    case units
  }

  package var split: Split
  /// Whether the input's product is computed ahead of the steps, a chunk of rows at a time.
  package var hoistsInput: Bool
  package var threads: Int
  /// Whether the whole pass takes less than waking a sleeping thread.
  var isShort: Bool

  /// Rows whose input products are held at once.
  static let chunkRows = 192

  package init(
    cell: lembra_cell, layout: SequenceLayout, passes: Int, threadLimit: Int = Threads.limit
  ) {
    let weights = cell.gates * cell.hidden * (cell.input + cell.hidden)
    let batch = layout.batchCount
    let work = Double(weights) * Double(layout.rowCount) * Double(passes)
    // A step of four rows or more reads each weight for several rows at once, and fusing the
    // input's product saves a pass through memory. With fewer rows, or with more than 16 MB of
    // weights, a chunk of rows at a time reads the input's weights far less often.
    let isLarge = cell.gate_width * (cell.input + cell.hidden) > 4 << 20
    let mayHoist = layout.stepCount > 1 && cell.input > 8 && (batch < 4 || isLarge)
    // The weights that every step reads. Beyond a core's first-level cache a second core pays.
    let stepWeights = layout.stepCount > 1 ? cell.hidden : cell.hidden + cell.input
    let stepBytes = 4 * cell.gates * cell.hidden * stepWeights
    if threadLimit == 1 || work < 20_000 {
      split = .none
    } else if batch >= 6 && cell.hidden < 1024 {
      split = .rows
    } else {
      split = stepBytes > 48 << 10 ? .units : .none
    }
    hoistsInput = mayHoist && split != .rows
    isShort = work < 5e7
    switch split {
    case .none: threads = 1
    case .rows: threads = min(threadLimit, batch / 3)
    case .units: threads = min(threadLimit, cell.panels)
    }
  }

  /// Runs work whose parts do not depend on each other.
  func run(_ body: (Team) -> Void) {
    ThreadPool.shared.run(threads, isShort: isShort) { team in
      flushingDenormals { body(team) }
    }
  }

  /// Runs the steps, whose parts wait for each other when units are shared out.
  func runSteps(_ body: (Team) -> Void) {
    guard split == .units else { return run(body) }
    ThreadPool.shared.runTogether(threads, isShort: isShort) { team in
      flushingDenormals { body(team) }
    }
  }

  /// The sequences and the panels of units that one thread of a team works on.
  func part(of team: Team, layout: SequenceLayout, panels: Int) -> (
    rows: Range<Int>, panels: Range<Int>
  ) {
    switch split {
    case .none: return (0..<(team.index == 0 ? layout.batchCount : 0), 0..<panels)
    case .units: return (0..<layout.batchCount, team.share(of: panels))
    case .rows:
      return (
        layout.sequences(share: team.index, of: team.count), 0..<panels
      )
    }
  }
}

extension SequenceLayout {
  /// The sequences of one of `count` shares that have about the same number of steps.
  fileprivate func sequences(share index: Int, of count: Int) -> Range<Int> {
    func boundary(_ share: Int) -> Int {
      if share == 0 { return 0 }
      if share == count { return batchCount }
      let target = rowCount * share / count
      var steps = 0
      for (sequence, length) in lengths.enumerated() {
        if steps + length / 2 >= target { return sequence }
        steps += length
      }
      return batchCount
    }
    return boundary(index)..<boundary(index + 1)
  }

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

  /// The row that holds the last step of a sequence in this direction, or nil if it has no steps.
  func lastRow(ofSequence position: Int, _ direction: Direction) -> Int? {
    guard lengths[position] > 0 else { return nil }
    return (direction == .forward ? offsets[lengths[position] - 1] : 0) + position
  }
}

extension Direction {
  var reversed: Direction { self == .forward ? .backward : .forward }
}
