import Synchronization

/// What it takes the threads of this process to work together, measured when it is first asked for.
///
/// It differs tenfold between machines: cores that share a cache meet in 50 ns, those of a virtual
/// machine may need a microsecond. Only choices of speed may depend on it.
package struct ThreadCosts: Sendable {
  /// The microseconds in which all threads of a team meet once.
  package let meeting: Double

  /// The microseconds to begin and end a region with threads that are awake.
  package let region: Double

  package static let measured = ThreadCosts()

  private init() {
    let threads = Threads.available
    let pool = ThreadPool.shared
    let clock = ContinuousClock()
    func microseconds(per count: Int, _ body: () -> Void) -> Double {
      let elapsed = clock.measure(body).components
      return (Double(elapsed.seconds) * 1e6 + Double(elapsed.attoseconds) * 1e-12) / Double(count)
    }
    // The least of several: anything else that runs can only add to it. A region that the pool gave
    // to this thread alone tells nothing.
    var (meeting, region) = (Double.infinity, Double.infinity)
    for _ in 0..<16 {
      let meetings = 30
      let isTeam = Atomic(false)
      let together = microseconds(per: meetings) {
        pool.runTogether(threads) { team in
          if team.index == 0 { isTeam.store(team.count > 1, ordering: .relaxed) }
          for _ in 0..<meetings { team.synchronize() }
        }
      }
      let empty = microseconds(per: 1) {
        pool.runTogether(threads) { team in
          if team.index == 0, team.count == 1 { isTeam.store(false, ordering: .relaxed) }
        }
      }
      guard isTeam.load(ordering: .relaxed) else { continue }
      meeting = min(meeting, together)
      region = min(region, empty)
    }
    self.meeting = meeting
    self.region = region
  }
}
