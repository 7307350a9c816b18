import LembraLayers
import Testing

/// The least number of times that segments are computed, found by trying everything.
///
/// A situation is what is kept, what has been gone back through, and where the run stands.
private struct Search {
  struct Situation: Hashable {
    /// The segments before which a state is kept, besides the first.
    var states: Set<Int> = []
    var records: Set<Int> = []
    /// The segment that would be computed next; its state is at hand.
    var next = 0
    /// Segments that are still to be gone back through.
    var left: Int
  }

  let slots: Int
  let recordSlots: Int

  func cost(_ count: Int) -> Int {
    var reached: [Set<Situation>] = [[Situation(left: count)]]
    var seen: Set<Situation> = []
    var cost = 0
    while cost < reached.count {
      var open = Array(reached[cost])
      while let situation = open.popLast() {
        guard seen.insert(situation).inserted else { continue }
        if situation.left == 0 { return cost }
        for (next, price) in moves(from: situation) {
          if price == 0 {
            open.append(next)
          } else {
            if reached.count == cost + 1 { reached.append([]) }
            reached[cost + 1].insert(next)
          }
        }
      }
      cost += 1
    }
    return -1
  }

  private func moves(from s: Situation) -> [(Situation, Int)] {
    var moves: [(Situation, Int)] = []
    func add(_ price: Int, _ change: (inout Situation) -> Void) {
      var next = s
      change(&next)
      guard next.states.count + recordSlots * next.records.count <= slots else { return }
      moves.append((next, price))
    }
    // Begin again from a state, which a record has too; give one up, keep the one at hand.
    let places = s.states.union([0]).union(s.records.map { $0 + 1 })
    for place in places where place != s.next { add(0) { $0.next = place } }
    for place in s.states { add(0) { $0.states.remove(place) } }
    add(0) { $0.states.insert(s.next) }
    if s.next < s.left {
      add(1) { $0.next += 1 }
      // With its record, after which the state at hand is the one behind it.
      add(1) {
        $0.next += 1
        $0.records.insert(s.next)
      }
      // The last one can be gone back through with the record that there is always room for.
      if s.next == s.left - 1 { add(1) { $0.left -= 1 } }
    }
    if s.records.contains(s.left - 1) {
      add(0) {
        $0.records.remove(s.left - 1)
        $0.left -= 1
      }
    }
    return moves
  }
}

@Suite("Plans of recomputation")
struct RecomputationPlanTests {
  /// What a plan takes when it is followed, and the most slots that it uses.
  private func follow(
    _ plan: RecomputationPlan, _ n: Int, _ m: Int
  ) -> (cost: Int, slots: Int) {
    if n <= 1 { return (n, 0) }
    switch plan.choice(n, m) {
    case .state(let y):
      let (right, left) = (follow(plan, n - y, max(0, m - 1)), follow(plan, y, m))
      // The state before a last segment is at hand.
      let kept = n - y == 1 ? 0 : 1
      return (y + right.cost + left.cost, max(kept + right.slots, left.slots))
    case .record(let y):
      let right = follow(plan, n - y, m - plan.recordSlots)
      let left = follow(plan, y - 1, m)
      return (y + right.cost + left.cost, max(plan.recordSlots + right.slots, left.slots))
    }
  }

  @Test("no schedule takes fewer computations", arguments: 1...6, [1, 2, 3])
  func optimal(count: Int, recordSlots: Int) {
    for slots in 0...5 {
      let plan = RecomputationPlan(
        steps: count, budget: 10 * (slots + recordSlots), stateBytes: 10,
        recordBytes: 10 * recordSlots)
      #expect(plan.slots == slots && plan.recordSlots == recordSlots)
      let least = Search(slots: slots, recordSlots: recordSlots).cost(count)
      #expect(plan.cost == least, "\(count) segments, \(slots) slots")
      let followed = follow(plan, count, slots)
      #expect(followed.cost == least && followed.slots <= slots)
    }
  }

  @Test("the closed form is the recursion's", arguments: 0...12)
  func closedForm(slots: Int) {
    // C by its recursion, where only states are kept.
    var rows: [[Int]] = []
    for m in 0...slots {
      var row = [0, 1]
      for n in 2...70 {
        var least = n + row[n - 1]
        if m > 0 {
          for y in 1..<n { least = min(least, y + rows[m - 1][n - y] + row[y]) }
        }
        row.append(least)
      }
      rows.append(row)
    }
    for count in 1...70 {
      let plan = RecomputationPlan(
        steps: count, budget: 1000 + slots, stateBytes: 1, recordBytes: 1000)
      #expect(plan.cost == rows[slots][count])
      let followed = follow(plan, count, slots)
      #expect(followed.cost == plan.cost && followed.slots <= slots, "\(count) segments")
    }
  }

  @Test func knownCosts() {
    func cost(_ count: Int, _ budget: Int) -> Int {
      RecomputationPlan(steps: count, budget: budget, stateBytes: 1, recordBytes: 100).cost
    }
    // Without a state, with one for each, with a record for each.
    #expect(cost(10, 100) == 55)
    #expect(cost(10, 109) == 19)
    #expect(cost(10, 1000) == 10)
  }

  @Test("what was asked lately is not planned again, and what was asked long ago is")
  func recent() {
    let plans = RecentPlans()
    var made: [Int] = []
    func ask(_ budget: Int) -> Int {
      let question = RecentPlans.Question(
        counts: [9], budget: budget, blockBytes: 100, stateBytes: 10)
      return plans.answer(question) {
        made.append($0.budget)
        return (
          $0.budget,
          RecomputationPlan(steps: 9, budget: $0.budget, stateBytes: 10, recordBytes: 100)
        )
      }.size
    }
    let asked = [300, 300, 400, 500, 600, 300, 400, 500, 600, 700, 300]
    #expect(asked.map(ask) == asked)
    #expect(made == [300, 400, 500, 600, 700, 300])
  }
}
