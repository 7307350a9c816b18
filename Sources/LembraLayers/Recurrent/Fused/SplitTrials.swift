import CLembraKernels
import LembraTensor

/// The trials of every kind of short pass in this process; see ``SplitTrial``.
final class SplitTrials: Sendable {
  static let shared = SplitTrials()

  /// More are forgotten, as those of a program that makes new networks all the time.
  private static let most = 1_000

  private let trials = Locked<[Int: SplitTrial]>([:])

  /// The way that the next pass of a kind goes.
  func next(_ kind: Int) -> SplitTrial.Way {
    trials.withLock { trials in
      if trials.count >= Self.most, trials[kind] == nil { trials = [:] }
      return trials[kind, default: SplitTrial()].next()
    }
  }

  /// Notes what a timed pass of a kind took.
  func note(_ time: Double, _ kind: Int, isDivided: Bool) {
    trials.withLock { $0[kind]?.note(time, isDivided: isDivided) }
  }
}

extension FusedPlan {
  /// This plan or, where passes of its kind turn out to be faster so, that of one thread.
  ///
  /// Passes are of one kind if they run the same cells over about as many rows and steps. Only short
  /// ones are tried: in others a meeting more or less makes no difference.
  func tried(_ network: FusedNetwork, _ layout: SequenceLayout) -> FusedPlan {
    guard isShort, split != .single, network.split == nil else { return self }
    var hasher = Hasher()
    hasher.combine(self)
    hasher.combine(network.precision)
    hasher.combine(network.directionCount)
    for cell in network.cells {
      hasher.combine(cell.shape.kind.rawValue)
      hasher.combine(cell.shape.input)
      hasher.combine(cell.shape.hidden)
    }
    hasher.combine(layout.stepCount.bitWidth - layout.stepCount.leadingZeroBitCount)
    hasher.combine(layout.rowCount.bitWidth - layout.rowCount.leadingZeroBitCount)
    let kind = hasher.finalize()
    let way = SplitTrials.shared.next(kind)
    var plan = way.isDivided ? self : alone
    if way.isTimed { plan.timedKind = kind }
    return plan
  }

  /// Runs all of a pass over so many rows and, during a trial, notes what a row took.
  func timed(rows: Int, _ pass: () -> Void) {
    guard let timedKind else { return pass() }
    let time = Double(nanoseconds: ContinuousClock().measure(pass))
    SplitTrials.shared.note(
      time / Double(max(rows, 1)), timedKind, isDivided: split != .single)
  }
}

extension Double {
  init(nanoseconds duration: Duration) {
    let parts = duration.components
    self = Double(parts.seconds) * 1e9 + Double(parts.attoseconds) * 1e-9
  }
}
