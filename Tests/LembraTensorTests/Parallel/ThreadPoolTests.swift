import LembraTensor
import LembraTestSupport
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("The thread pool", .timeLimit(.minutes(2)))
struct ThreadPoolTests {
  /// Runs `body` on a team of `count` threads, as soon as no other test holds the pool.
  private func runWithTeam(of count: Int, _ body: (Team) -> Void) {
    let hadTeam = Atomic(false)
    while !hadTeam.load(ordering: .relaxed) {
      ThreadPool.shared.runTogether(count) { team in
        guard team.count == count else { return }
        hadTeam.store(true, ordering: .relaxed)
        body(team)
      }
      sched_yield()
    }
  }

  @Test("a team has the threads that were asked for, each another one", arguments: [2, 3, 5])
  func teams(count: Int) {
    let threads = Locked<[Int: Set<String>]>([:])
    runWithTeam(of: count) { team in
      let thread = "\(pthread_self())"
      threads.withLock { _ = $0[team.index, default: []].insert(thread) }
    }
    let found = threads.withLock { $0 }
    #expect(found.keys.sorted() == Array(0..<count))
    #expect(Set(found.values.flatMap(\.self)).count == count)
  }

  @Test("every part of a region is done once, whoever comes to take it")
  func parts() {
    #if DEBUG
      let rounds = 300
    #else
      let rounds = 20_000
    #endif
    let counts = UnsafeMutableBufferPointer<Int>.allocate(capacity: 4)
    counts.initialize(repeating: 0)
    defer { counts.deallocate() }
    for round in 1...rounds {
      // Parts of different length, so that now this thread and now that one comes late.
      ThreadPool.shared.run(4) { team in
        for _ in 0..<(team.index * round) % 7 { sched_yield() }
        if team.count == 4 {
          counts[team.index] += 1
        } else {
          for index in 0..<4 { counts[index] += 1 }
        }
      }
    }
    #expect(counts.allSatisfy { $0 == rounds })
  }

  @Test("parts that may take turns must not wait for each other")
  func waitingParts() async {
    await #expect(processExitsWith: .failure) {
      while true {
        ThreadPool.shared.run(2) { team in
          if team.count > 1 { team.synchronize() }
        }
      }
    }
  }

  @Test("shares cover everything once", arguments: [0, 1, 5, 64, 1000], [1, 7, 64])
  func shares(total: Int, unit: Int) {
    let shares = Locked([Range<Int>](repeating: 0..<0, count: 3))
    runWithTeam(of: 3) { team in
      let share = team.share(of: total, unit: unit)
      shares.withLock { $0[team.index] = share }
    }
    let found = shares.withLock { $0 }
    #expect(found.flatMap(Array.init) == Array(0..<total))
    #expect(found.allSatisfy { $0.isEmpty || $0.lowerBound % unit == 0 })
  }

  @Test("no thread passes a barrier before all have come to it")
  func barriers() {
    #if DEBUG
      let rounds = 300
    #else
      let rounds = 3000
    #endif
    let faults = Atomic(0)
    // Plain memory: only the barrier orders what the threads write and read.
    let marks = UnsafeMutableBufferPointer<Int>.allocate(capacity: 3)
    marks.initialize(repeating: 0)
    defer { marks.deallocate() }
    runWithTeam(of: 3) { team in
      for round in 1...rounds {
        marks[team.index] = round
        team.synchronize()
        if marks.contains(where: { $0 != round }) { faults.add(1, ordering: .relaxed) }
        team.synchronize()
      }
    }
    #expect(faults.load(ordering: .relaxed) == 0)
    #expect(Array(marks) == [rounds, rounds, rounds])
  }

  @Test("a region inside a region is worked through by one thread")
  func nesting() {
    let largest = Atomic(0)
    let calls = Atomic(0)
    runWithTeam(of: 2) { team in
      ThreadPool.shared.run(2) { inner in
        inner.synchronize()
        largest.max(inner.count, ordering: .relaxed)
        calls.add(1, ordering: .relaxed)
      }
    }
    #expect(largest.load(ordering: .relaxed) == 1)
    #expect(calls.load(ordering: .relaxed) == 2)
  }

  @Test("tasks that compute at the same time get the bits that each gets alone")
  func concurrency() async {
    func compute(_ seed: UInt64) -> Tensor {
      let a = random([64, 96], seed: seed)
      return a.matmul(a.transposed()).softmax().sum(axis: 0)
    }
    let expected = (0..<8).map { compute($0) }
    await withTaskGroup(of: Bool.self) { group in
      for task in 0..<8 {
        group.addTask {
          (0..<10).allSatisfy { _ in sameBits(compute(UInt64(task)), expected[task]) }
        }
      }
      for await isSame in group { #expect(isSame) }
    }
  }

  @Test("a loop covers its range once, on any number of threads", arguments: [1, 2, 3])
  func loops(limit: Int) {
    let marks = Locked([Int](repeating: 0, count: 1000))
    withThreadLimit(limit) {
      inParallel(over: 1000, unit: 7, cost: 1000) { part in
        marks.withLock { marks in
          for index in part { marks[index] += 1 }
        }
      }
    }
    #expect(marks.withLock { $0.allSatisfy { $0 == 1 } })
  }

  @Test("less than one thread cannot compute")
  func trap() async {
    await #expect(processExitsWith: .failure) { Threads.limit = 0 }
  }
}
