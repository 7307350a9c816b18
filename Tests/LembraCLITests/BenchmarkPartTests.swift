import LembraCLI
import LembraTensor
import Testing

@Suite("A stopwatch")
struct StopwatchTests {
  /// A clock that only the calls move on.
  private final class Clock {
    var seconds = 100.0
    var calls = 0
  }

  /// The median for calls that take what `duration` says of their number, from 0.
  private func median(
    budget: Double, _ duration: @escaping (Int) -> Double
  ) -> (median: Double, calls: Int) {
    let clock = Clock()
    let median = Stopwatch(now: { clock.seconds }).medianSeconds(budget: budget) {
      clock.seconds += duration(clock.calls)
      clock.calls += 1
    }
    return (median, clock.calls)
  }

  @Test("takes five samples of one call where calls are long, after four others")
  func longCalls() {
    let (median, calls) = median(budget: 0.001) { $0 < 4 ? 9 : [3, 1, 5, 2, 4][$0 - 4] }
    #expect(calls == 9)
    #expect(median == 3)
  }

  @Test("makes a sample of 20 ms from short calls, and goes on for the budget")
  func shortCalls() {
    // A power of two, so that the clock is exact: 10 calls fill 20 ms, and 26 samples half a second.
    let one = 1.0 / 512
    let (median, calls) = median(budget: 0.5) { _ in one }
    #expect(calls == 4 + 26 * 10)
    #expect(median == one)
  }

  @Test("takes 200 samples at most")
  func mostSamples() {
    #expect(median(budget: 1e9) { _ in 1 }.calls == 4 + 200)
  }

  @Test("times two in turn, and neither always first")
  func pairs() {
    let clock = Clock()
    var order = ""
    func call(_ name: String, _ seconds: Double) -> () -> Void {
      {
        order += name
        clock.seconds += seconds
      }
    }
    let pairs = Stopwatch(now: { clock.seconds })
      .pairs(budget: 0.001, call("a", 2), call("b", 3))
    #expect(order == "ababab" + "a" + "abbaabbaab")
    #expect(pairs.count == 5 && pairs.allSatisfy { $0.first == 2 && $0.second == 3 })
  }
}

@Suite("A workload")
struct WorkloadTests {
  @Test("counts the products of a step over layers and directions")
  func countsProducts() {
    let plain = Workload("", batch: 9, time: 9, input: 2, hidden: 5)
    // 5 units by 2 inputs and 5 states, a product and a sum each.
    #expect(plain.flopsPerRow(.rnn) == 70)
    #expect(plain.flopsPerRow(.gru) == 210)
    #expect(plain.flopsPerRow(.lstm) == 280)
    let deep = Workload("", batch: 9, time: 9, input: 2, hidden: 5, layers: 3, bidirectional: true)
    // In both directions 70, then twice 5 units by 10 inputs and 5 states.
    #expect(deep.flopsPerRow(.rnn) == 740)
  }

  @Test("spreads ragged lengths evenly from all steps to one")
  func spreadsLengths() {
    let workload = Workload("", batch: 4, time: 10, input: 1, hidden: 1)
    #expect(workload.lengths(ragged: false) == [10, 10, 10, 10])
    #expect(workload.lengths(ragged: true) == [10, 7, 4, 1])
    #expect(Workload("", batch: 1, time: 7, input: 1, hidden: 1).lengths(ragged: true) == [7])
    for workload in Workload.standard where workload.batch > 1 {
      let lengths = workload.lengths(ragged: true)
      #expect(lengths.first == workload.time && lengths.last == 1)
      #expect(lengths == lengths.sorted(by: >))
    }
  }

  @Test("is built in ten times under ten names, and fits in memory")
  func standard() throws {
    #expect(Set(Workload.standard.map(\.id)).count == 10)
    for workload in Workload.standard { try workload.requireMemory() }
  }

  @Test("takes more memory for variants than for plain cells")
  func variants() throws {
    // Plain cells keep 4 · (7 · 128 + 128) bytes a step, an LSTM with layer normalisation several times that.
    let steps = Int(MemoryLimit.bytes / 2 / 4096)
    let workload = Workload("w", batch: 1, time: steps, input: 128, hidden: 128)
    try workload.requireMemory()
    let error = #expect(throws: LembraError.self) {
      try workload.requireMemory(forVariantsOf: .lstm)
    }
    #expect(error?.location.name == "workload w")
    try Workload("w", batch: 1, time: steps / 8, input: 128, hidden: 128)
      .requireMemory(forVariantsOf: .lstm)
  }
}

@Suite("Working sets")
struct WorkingSetTests {
  @Test("fit the caches that the system reports, with room to spare")
  func fit() {
    let caches = Caches(l1: 48 << 10, l2: 2 << 20, l3: 60 << 20)
    let sets = WorkingSet.sets(for: caches, most: 256 << 20)
    #expect(sets.map(\.level) == [.l1, .l2, .l3, .memory])
    #expect(sets.map(\.bytes) == [24 << 10, 1 << 20, 8 << 20, 256 << 20])
    #expect(sets.map(\.isPerThread) == [true, true, false, false])
  }

  @Test("suit any processor where the system reports nothing")
  func unknown() {
    let sets = WorkingSet.sets(for: Caches(), most: 256 << 20)
    #expect(sets.map(\.bytes) == [16 << 10, 256 << 10, 8 << 20, 256 << 20])
  }

  @Test("leave out a cache that is not there, and what is more than the memory allows")
  func leaveOut() {
    let noL3 = WorkingSet.sets(for: Caches(l1: 128 << 10, l2: 16 << 20), most: 256 << 20)
    #expect(noL3.map(\.level) == [.l1, .l2, .memory])
    let small = WorkingSet.sets(for: Caches(), most: 4 << 20)
    #expect(small.map(\.level) == [.l1, .l2, .memory])
  }
}
