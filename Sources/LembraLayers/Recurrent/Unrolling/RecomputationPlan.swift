import LembraTensor

/// What to keep of a run over segments of a sequence, so that going back through them takes the fewest
/// computations under a memory budget.
///
/// A segment can only be gone back through from its record, what all its steps computed. There is
/// always room for one; beyond it, memory holds states between segments, from which to compute again,
/// and whole records, which take more. Below, n is a number of segments in a row of whose first the
/// state before is known, and m the memory that is left. The least number of times that segments are
/// computed is
///
///     C(1, m) = 1
///     C(n, m) = min over y of  y + C(n − y, m − state) + C(y, m)        keeping a state
///                              y + C(n − y, m − record) + C(y − 1, m)   keeping a record
///
/// where y segments are computed first, and the state after them or the record of the last is kept.
///
/// - Note: Gruslys et al., "Memory-efficient backpropagation through time", 2016: the mixed strategy.
///   Where there is no room for another record, C is known in closed form (Griewank and Walther,
///   "Algorithm 799: revolve", 2000).
package struct RecomputationPlan: Sendable {
  /// What to do with some segments in a row, of which the first ones are computed.
  package enum Choice: Hashable, Sendable {
    /// Compute so many segments and keep the state after them.
    case state(after: Int)
    /// Compute so many segments and keep the record of the last.
    case record(of: Int)
  }

  /// The number of segments.
  package let count: Int

  /// How many states the memory beyond one record holds, and how many of them a record is worth.
  package let slots: Int
  package let recordSlots: Int

  /// `C` by slots and, within, by segments; empty where the closed form holds.
  private var costs: [[Int]] = []
  private var choices: [[Choice]] = []

  /// Beyond this much work records are not kept, but for the one that there is always room for.
  private static let mostWork = 20_000_000

  /// - Parameters:
  ///   - steps: the number of segments.
  ///   - budget: the bytes there are.
  ///   - stateBytes: those of the state between two segments.
  ///   - recordBytes: those of a segment's record, no less than a state's.
  /// - Precondition: there is a segment at least, and sizes are above 0.
  package init(steps: Int, budget: Int, stateBytes: Int, recordBytes: Int) {
    precondition(
      steps > 0 && stateBytes > 0 && recordBytes >= stateBytes,
      "RecomputationPlan: \(steps) segments, states of \(stateBytes) and records of \(recordBytes)")
    count = steps
    slots = max(0, budget - recordBytes) / stateBytes
    recordSlots = (recordBytes + stateBytes - 1) / stateBytes
    let useful = min(slots, (steps - 1) * recordSlots)
    if recordSlots <= useful, steps > 1,
      Double(useful) * Double(steps) * Double(steps) <= Double(Self.mostWork)
    {
      tabulate(useful)
    }
  }

  /// The least number of times that segments are computed, each at least once.
  package var cost: Int { cost(count, slots) }

  package func cost(_ n: Int, _ m: Int) -> Int {
    if n <= 1 { return n }
    return costs.isEmpty ? Self.costOfStates(n, m) : costs[min(m, costs.count - 1)][n]
  }

  /// What to do first with `n` segments in a row and `m` slots.
  ///
  /// - Precondition: `n` is above 1.
  package func choice(_ n: Int, _ m: Int) -> Choice {
    costs.isEmpty
      ? .state(after: Self.bestState(n, m)) : choices[min(m, costs.count - 1)][n]
  }

  private mutating func tabulate(_ most: Int) {
    let start = Choice.state(after: 1)
    for m in 0...most {
      var row = [0, 1]
      var best = [start, start]
      for n in 2..<count + 1 {
        // The state after all but one is where the last begins, which takes no room.
        var (least, choice) = (n + row[n - 1], Choice.state(after: n - 1))
        for y in 1..<n {
          if m >= 1 {
            let cost = y + costs[m - 1][n - y] + row[y]
            if cost < least { (least, choice) = (cost, .state(after: y)) }
          }
          if m >= recordSlots {
            let cost = y + costs[m - recordSlots][n - y] + row[y - 1]
            if cost < least { (least, choice) = (cost, .record(of: y)) }
          }
        }
        row.append(least)
        best.append(choice)
      }
      costs.append(row)
      choices.append(best)
    }
  }

  // MARK: - Only states are kept

  /// The most segments that are gone back through with `c` states, that before the first among them, if
  /// none is computed without a record more than `r` times: `(c + r) over c`.
  private static func reach(_ c: Int, _ r: Int) -> Int {
    if c < 0 || r < 0 { return 0 }
    var result = 1.0
    for k in 0..<min(c, r) { result = result * Double(c + r - k) / Double(k + 1) }
    return result < 0x1p60 ? Int(result.rounded()) : 1 << 60
  }

  private static func repeats(_ n: Int, _ c: Int) -> Int {
    var r = 0
    while reach(c, r) < n { r += 1 }
    return r
  }

  private static func costOfStates(_ n: Int, _ m: Int) -> Int {
    let r = repeats(n, m + 1)
    return n + r * n - reach(m + 2, r - 1)
  }

  private static func bestState(_ n: Int, _ m: Int) -> Int {
    if m == 0 { return n - 1 }
    let r = repeats(n, m + 1)
    return max(1, reach(m + 1, r - 2), n - reach(m, r))
  }
}
