/// Finds out whether other threads make a short pass faster, and asks again from time to time.
///
/// The cost model knows what it takes threads to meet, but not what else the machine does: where its
/// processors are shared with others, threads that work on one pass wait for each other, and a pass may
/// take longer than alone. So passes go in turn with other threads and without until the medians of
/// both tell which is faster; the faster way is kept for many passes.
package struct SplitTrial {
  /// The passes that are timed in each way.
  package static let sampleCount = 8

  /// The passes that then go the faster way; those of a trial are 1.6 % of all.
  package static let passesBetweenTrials = 1_000

  /// What the passes of the present trial took.
  private var alone: [Double] = []
  private var divided: [Double] = []

  private var prefersDivided = true
  private var passesLeft = 0
  private var wasDivided = false

  package init() {
    alone.reserveCapacity(Self.sampleCount)
    divided.reserveCapacity(Self.sampleCount)
  }

  /// How a pass goes.
  package struct Way {
    /// Whether other threads help.
    package let isDivided: Bool

    /// Whether ``note(_:isDivided:)`` wants to know what it takes.
    package let isTimed: Bool
  }

  /// The way that the next pass goes.
  package mutating func next() -> Way {
    if passesLeft > 0 {
      passesLeft -= 1
      return Way(isDivided: prefersDivided, isTimed: false)
    }
    wasDivided.toggle()
    return Way(isDivided: wasDivided, isTimed: true)
  }

  /// Notes what a timed pass took, in any unit that is the same for all.
  package mutating func note(_ time: Double, isDivided: Bool) {
    guard passesLeft == 0 else { return }
    if isDivided { divided.append(time) } else { alone.append(time) }
    guard min(alone.count, divided.count) >= Self.sampleCount else { return }
    prefersDivided = Self.median(divided) < Self.median(alone)
    passesLeft = Self.passesBetweenTrials
    alone.removeAll(keepingCapacity: true)
    divided.removeAll(keepingCapacity: true)
  }

  private static func median(_ times: [Double]) -> Double {
    times.sorted()[times.count / 2]
  }
}
