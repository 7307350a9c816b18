/// Finds out whether other threads make a short pass faster, and asks again from time to time.
///
/// The cost model knows how long it takes threads to meet, but not what else the machine does: where
/// another program uses one of the processors, threads that work on one pass wait for each other, and
/// it may take longer than on one. So the first passes go in pairs, divided and alone; the others go the
/// way that was faster. Of each pair the second is timed, since the first may find the workers asleep.
package struct SplitTrial {
  /// The passes that are timed in each way, of which the median counts.
  package static let sampleCount = 6

  /// The passes of a trial.
  package static let length = 4 * sampleCount

  /// The passes between one trial and the next.
  package static let pause = 1_000

  /// What other threads have to save, or one thread has to, before the way is changed.
  private static let margin = 0.95

  /// How a pass goes.
  package struct Way: Hashable, Sendable {
    /// Whether other threads help.
    package let isDivided: Bool

    /// Whether ``note(_:of:)`` is to be told how long it took.
    package let isTimed: Bool
  }

  private var alone: [Duration] = []
  private var divided: [Duration] = []
  private var prefersDivided = true

  /// The passes that have begun since the last trial ended, or since the first began.
  private var begun = pause

  package init() {
    alone.reserveCapacity(Self.sampleCount)
    divided.reserveCapacity(Self.sampleCount)
  }

  /// The way of the pass that begins.
  package mutating func next() -> Way {
    defer { begun += 1 }
    guard begun >= Self.pause else { return Way(isDivided: prefersDivided, isTimed: false) }
    let place = (begun - Self.pause) % 4
    return Way(isDivided: place < 2, isTimed: !place.isMultiple(of: 2))
  }

  /// Notes how long a timed pass took.
  package mutating func note(_ time: Duration, of way: Way) {
    guard begun >= Self.pause else { return }
    if way.isDivided { divided.append(time) } else { alone.append(time) }
    guard min(alone.count, divided.count) >= Self.sampleCount else { return }
    let (together, single) = (Self.median(divided), Self.median(alone))
    let (other, kept) = prefersDivided ? (single, together) : (together, single)
    if other < kept * Self.margin { prefersDivided.toggle() }
    begun = 0
    alone.removeAll(keepingCapacity: true)
    divided.removeAll(keepingCapacity: true)
  }

  private static func median(_ times: [Duration]) -> Duration {
    times.sorted()[times.count / 2]
  }
}
