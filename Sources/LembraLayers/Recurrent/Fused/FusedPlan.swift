import CLembraKernels
package import LembraTensor

/// How a pass through fused layers divides its work.
///
/// The choice is one of speed alone: results are the same to the bit for every plan.
package struct FusedPlan: Hashable {
  /// What the threads of a team share out among themselves.
  package enum Split: String, CaseIterable, Sendable {
    /// One thread does everything.
    case single
    /// Each thread runs some of the sequences, without ever waiting for another.
    case rows
    /// Each thread runs one direction of a layer and waits for the other after each layer.
    case directions
    /// Each thread runs some of the layers, a few steps behind the layer next to its own.
    case layers
    /// Each thread computes some of the units and waits for the others after every step.
    case units
  }

  /// Which pass a plan is for.
  package enum Pass: String, Sendable {
    case inference
    /// The forward pass of training, which keeps every gate.
    case training
    case backward
  }

  package private(set) var split: Split

  package private(set) var threads: Int

  /// Whether the whole pass takes less than waking a sleeping thread.
  let isShort: Bool

  let pass: Pass
  private let hasSteps: Bool
  private let batch: Int
  private let isReduced: Bool

  /// Rows whose input products are held at once.
  static let chunkRows = 192

  /// Rows after which a layer hands its output to the next, when layers run at the same time.
  static let handoverRows = 16

  /// Chooses the plan of least cost, or the one that the network asks for where it is possible.
  ///
  /// The first layer of a run whose input `isIndexed` has no product of its input to compute.
  package init(
    _ network: FusedNetwork, _ layout: SequenceLayout, _ pass: Pass, isIndexed: Bool = false,
    threadLimit: Int = Threads.limit
  ) {
    self.pass = pass
    hasSteps = layout.stepCount > 1
    batch = layout.batchCount
    isReduced = network.precision != .float32
    guard threadLimit > 1 else {
      (split, threads, isShort) = (.single, 1, true)
      return
    }
    let cost = PassCost(network, layout, pass, isIndexed: isIndexed, threadLimit: threadLimit)
    let choice = network.split.flatMap(cost.estimate) ?? cost.cheapest
    (split, threads) = (choice.split, choice.threads)
    isShort = cost.single.microseconds < 400
  }

  /// The same pass on one thread.
  var alone: FusedPlan {
    var plan = self
    (plan.split, plan.threads) = (.single, 1)
    return plan
  }

  /// Whether a cell's input product is computed ahead of the steps, a chunk of rows at a time.
  ///
  /// A step of four rows or more reads each weight for several rows at once, and fusing the input's
  /// product saves a pass through memory. With fewer rows, or with more than 16 MB of weights, a
  /// chunk of rows at a time reads the input's weights far less often.
  func hoistsInput(_ cell: lembra_cell) -> Bool {
    split != .rows && Self.mayHoist(cell, pass, hasSteps: hasSteps, batch: batch)
  }

  static func mayHoist(_ cell: lembra_cell, _ pass: Pass, hasSteps: Bool, batch: Int) -> Bool {
    guard pass != .backward, hasSteps, cell.input > 8 else { return false }
    return batch < 4 || cell.gate_width * (cell.input + cell.hidden) > 4 << 20
  }

  /// The shape of a cell whose panels suit the rows that a thread has in a step.
  ///
  /// Panels for many rows may hold several blocks of units. Where threads share out the units, and their
  /// shares of such panels would differ too much, the panels are those for one row.
  func shape(of cell: FusedCell) -> lembra_cell {
    if isReduced { return cell.shape }
    let shape = cell.shape(forRows: split == .rows ? batch / threads : batch)
    guard split == .units, pass != .backward else { return shape }
    return largestShare(of: shape) > 1.1 ? cell.shape : shape
  }

  /// The most blocks of units that a thread has in its share of the panels, beside an equal share.
  private func largestShare(of shape: lembra_cell) -> Double {
    let most = (0..<threads).map { thread in
      let panels = shape.panels * thread / threads..<shape.panels * (thread + 1) / threads
      let isLast = panels.upperBound == shape.panels
      let end = isLast ? shape.blocks : panels.upperBound * shape.panel_blocks
      return end - panels.lowerBound * shape.panel_blocks
    }
    return Double((most.max() ?? 0) * threads) / Double(max(shape.blocks, 1))
  }

  /// Runs work whose parts do not depend on each other.
  func run(_ body: (Team) -> Void) {
    ThreadPool.shared.run(threads, isShort: isShort) { team in
      flushingDenormals { body(team) }
    }
  }

  /// Runs the steps, whose parts may wait for each other.
  func runSteps(_ body: (Team) -> Void) {
    guard split != .single && split != .rows else { return run(body) }
    ThreadPool.shared.runTogether(threads, isShort: isShort) { team in
      flushingDenormals { body(team) }
    }
  }

  /// The sequences and the panels of units that one thread of a team works on.
  func part(of team: Team, layout: SequenceLayout, panels: Int) -> (
    rows: Range<Int>, panels: Range<Int>
  ) {
    switch split {
    case .single: (0..<(team.index == 0 ? layout.batchCount : 0), 0..<panels)
    case .rows: (layout.sequences(share: team.index, of: team.count), 0..<panels)
    case .units: (0..<layout.batchCount, team.share(of: panels))
    case .directions, .layers: (0..<layout.batchCount, 0..<panels)
    }
  }

  /// Whether one thread of a team runs this direction.
  func includes(direction: Int, _ team: Team) -> Bool {
    split != .directions || direction % team.count == team.index
  }

  /// Rows of gates that a pass needs room for when it keeps none: those computed ahead.
  func chunkRows(_ cell: lembra_cell, _ layout: SequenceLayout) -> Int {
    guard hoistsInput(cell) else { return 0 }
    return max(split == .layers ? Self.handoverRows : Self.chunkRows, layout.batchCount)
  }
}

extension SequenceLayout {
  /// The sequences of one of `count` shares that have about the same number of steps.
  func sequences(share index: Int, of count: Int) -> Range<Int> {
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
}
