/// Finds out whether other threads make a short pass faster, and asks again from time to time.
///
/// The cost model knows how long it takes threads to meet, but not what else the machine does: where
/// another program uses one of the processors, threads that work on one pass wait for each other, and
/// it may take longer than on one. So the first passes go two by two, divided or alone; the others go
/// the way that was faster. The second of two is timed, since the first may find the workers asleep.
package struct SplitTrial {
  /// The passes that are timed in each way, of which the median counts.
  package static let sampleCount = 6

  /// The passes between one trial and the next.
  package static let pause = 1_000

  /// Divided passes that may find the workers asleep before such passes count as well: those that come
  /// soon after each other are over before the workers are awake, others never find them so.
  package static let patience = 24

  /// The share of the kept way's time below which the other way is taken.
  private static let margin = 0.95

  /// How a pass goes.
  package struct Way: Sendable {
    /// Whether other threads help.
    package let isDivided: Bool

    /// Whether ``note(_:of:foundWorkers:)`` is to be told how long it took.
    package let isTimed: Bool
  }

  private var alone: [Duration] = []
  private var divided: [Duration] = []
  private var prefersDivided = true

  /// The passes that have begun since the last trial ended; at first as if a pause were just over.
  private var begun = pause

  /// The divided passes of the present trial that found the workers asleep.
  private var asleep = 0

  package init() {
    alone.reserveCapacity(Self.sampleCount)
    divided.reserveCapacity(Self.sampleCount)
  }

  /// The way of the pass that begins.
  package mutating func next() -> Way {
    defer { begun += 1 }
    guard begun >= Self.pause else { return Way(isDivided: prefersDivided, isTimed: false) }
    // Each way is the first of four in turn: networks that are run by turns do not always get the same.
    let place = (begun - Self.pause) % 8
    return Way(isDivided: (place + 2) % 8 < 4, isTimed: !place.isMultiple(of: 2))
  }

  /// Notes how long a timed pass took.
  ///
  /// - Parameters:
  ///   - time: how long, in a unit of work that is the same for all.
  ///   - way: the way that it went.
  ///   - foundWorkers: whether other threads were awake when it began.
  package mutating func note(_ time: Duration, of way: Way, foundWorkers: Bool = true) {
    guard begun >= Self.pause else { return }
    if way.isDivided && !foundWorkers {
      asleep += 1
      if asleep <= Self.patience { return }
    }
    let times = way.isDivided ? \Self.divided : \Self.alone
    if self[keyPath: times].count < Self.sampleCount { self[keyPath: times].append(time) }
    guard min(alone.count, divided.count) >= Self.sampleCount else { return }
    let (together, single) = (Self.median(divided), Self.median(alone))
    let (other, kept) = prefersDivided ? (single, together) : (together, single)
    if other < kept * Self.margin { prefersDivided.toggle() }
    (begun, asleep) = (0, 0)
    alone.removeAll(keepingCapacity: true)
    divided.removeAll(keepingCapacity: true)
  }

  private static func median(_ times: [Duration]) -> Duration {
    times.sorted()[times.count / 2]
  }
}
