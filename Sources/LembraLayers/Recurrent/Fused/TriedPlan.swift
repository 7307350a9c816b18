import CLembraKernels
package import LembraTensor

/// What passes have in common that are tried together.
package struct PassKind: Hashable, Sendable {
  private let pass: FusedPlan.Pass
  private let split: FusedPlan.Split
  private let threads: Int
  private let precision: Precision
  private let isIndexed: Bool
  private let directionCount: Int

  private struct Cell: Hashable {
    let kind: UInt32
    let inputs: Int
    let units: Int
  }

  private let cells: [Cell]

  /// The bits that the numbers of sequences, of steps and of rows take.
  private let sequences: Int
  private let steps: Int
  private let rows: Int

  /// The kind of these passes, or nil if they are not tried: those that are not divided, or are in a
  /// way that was asked for, and long ones, of which a trial would take long.
  package init?(
    _ plan: FusedPlan, _ network: FusedNetwork, _ layout: SequenceLayout, isIndexed: Bool
  ) {
    guard plan.isShort, plan.split != .single, network.split == nil else { return nil }
    pass = plan.pass
    split = plan.split
    threads = plan.threads
    precision = network.precision
    self.isIndexed = isIndexed
    directionCount = network.directionCount
    cells = network.cells.map {
      Cell(kind: $0.shape.kind.rawValue, inputs: $0.shape.input, units: $0.shape.hidden)
    }
    func bits(_ count: Int) -> Int { Int.bitWidth - count.leadingZeroBitCount }
    (sequences, steps, rows) =
      (bits(layout.batchCount), bits(layout.stepCount), bits(layout.rowCount))
  }
}

/// The trials of every kind of pass in this process.
package enum SplitTrials {
  package typealias Trial = Locked<SplitTrial>

  /// When there are more, all are forgotten: a program that makes networks of ever new sizes would
  /// gather them without end.
  private static let most = 1_000

  private static let trials = Locked<[PassKind: Trial]>([:])

  /// The trial of a kind; none if passes are not tried.
  package static func trial(of kind: PassKind?) -> Trial? {
    guard let kind else { return nil }
    return trials.withLock { trials in
      if let known = trials[kind] { return known }
      if trials.count >= most { trials = [:] }
      let trial = Trial(SplitTrial())
      trials[kind] = trial
      return trial
    }
  }
}

/// The plan that one pass goes by, which may be a part of a trial.
package struct TriedPlan {
  package let plan: FusedPlan

  private let way: SplitTrial.Way?
  private let trial: SplitTrials.Trial?

  /// The pass goes by `plan` or, if its trial says so, on one thread.
  package init(_ plan: FusedPlan, _ trial: SplitTrials.Trial?) {
    self.trial = trial
    way = trial?.withLock { $0.next() }
    self.plan = way?.isDivided ?? true ? plan : plan.alone
  }

  /// Runs all of the pass, over so many rows, and tells the trial how long one of them took if it is to
  /// know.
  package func run<R>(rows: Int, _ pass: () -> R) -> R {
    guard let trial, let way, way.isTimed else { return pass() }
    let foundWorkers = ThreadPool.shared.isAwake
    let start = ContinuousClock.now
    let result = pass()
    let time = (ContinuousClock.now - start) / max(rows, 1)
    trial.withLock { $0.note(time, of: way, foundWorkers: foundWorkers) }
    return result
  }
}
