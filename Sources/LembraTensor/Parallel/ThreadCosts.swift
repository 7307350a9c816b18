import Synchronization

/// What it takes the threads of this process to work together.
///
/// It differs tenfold between machines: cores that share a cache meet in 50 ns, those of a virtual
/// machine may need a microsecond. Only choices of speed may depend on it.
package struct ThreadCosts: Sendable {
  /// The microseconds in which all threads of a team meet once.
  package let meeting: Double

  /// The microseconds to begin and end a region with threads that are awake.
  package let region: Double

  /// What was measured when it was first asked for, or a guess while the threads have other work.
  package static var current: ThreadCosts {
    measured.withLock { measured in
      if measured == nil { measured = measure() }
      return measured ?? ThreadCosts(meeting: 0.5, region: 2)
    }
  }

  private static let measured = Locked<ThreadCosts?>(nil)

  /// Measures a few teams, the best of which has not been disturbed; nil if there was no team.
  private static func measure() -> ThreadCosts? {
    let threads = min(Threads.available, 4)
    guard threads > 1 else { return nil }
    let clock = ContinuousClock()
    let start = clock.now
    let meetings = 30
    var best: ThreadCosts?
    for attempt in 1...200 {
      let isTeam = Atomic(true)
      func microseconds(_ body: @escaping (Team) -> Void) -> Double {
        let elapsed = clock.measure {
          ThreadPool.shared.runTogether(threads) { team in
            if team.count == 1 { isTeam.store(false, ordering: .relaxed) }
            body(team)
          }
        }.components
        return Double(elapsed.seconds) * 1e6 + Double(elapsed.attoseconds) * 1e-12
      }
      let together = microseconds { team in
        for _ in 0..<meetings { team.synchronize() }
      }
      let empty = microseconds { _ in }
      // A region that the pool gave to this thread alone tells nothing.
      if isTeam.load(ordering: .relaxed) {
        best = ThreadCosts(
          meeting: min(together / Double(meetings), best?.meeting ?? .infinity),
          region: min(empty, best?.region ?? .infinity))
      }
      // A new thread may share a processor with this one until the scheduler moves it. Where threads
      // wait for a turn on the processor, a few meetings take as many time slices.
      let isGood = best.map { $0.meeting < 0.2 && $0.region < 1 } ?? false
      if isGood && attempt >= 16 || clock.now - start > .milliseconds(5) { break }
    }
    return best
  }
}
