import Synchronization

/// What `result` gives for each of `0..<count`, on several threads when the work is worth it.
///
/// - Parameters:
///   - count: the number of items.
///   - cost: the work of one item, in about a nanosecond of one thread.
///   - result: is called for several items at the same time.
/// - Returns: the results in order.
package func mapInParallel<Result>(
  over count: Int, cost: Double, _ result: (Int) -> Result
) -> [Result] {
  [Result](unsafeUninitializedCapacity: count) { memory, initialized in
    nonisolated(unsafe) let memory = memory
    inParallel(over: count, cost: cost) { part in
      for index in part { memory.initializeElement(at: index, to: result(index)) }
    }
    initialized = count
  }
}

/// What `result` gives for each of `0..<count`, where threads take the next when they are done with one.
///
/// They end at about the same time if what takes longest comes first.
///
/// - Returns: the results in order.
package func mapInTurn<Result>(over count: Int, _ result: (Int) -> Result) -> [Result] {
  let taken = Atomic(0)
  return [Result](unsafeUninitializedCapacity: count) { memory, initialized in
    nonisolated(unsafe) let memory = memory
    ThreadPool.shared.run(min(Threads.limit, count)) { _ in
      while true {
        let index = taken.add(1, ordering: .relaxed).oldValue
        if index >= count { return }
        memory.initializeElement(at: index, to: result(index))
      }
    }
    initialized = count
  }
}

/// Calls `body` on parts of `0..<count` that together cover it, on several threads when the work is
/// worth it.
///
/// - Parameters:
///   - count: the number of items.
///   - unit: every part but the last is a multiple of this long.
///   - cost: the work of one item, in about a nanosecond of one thread.
///   - body: works on one part; parts run at the same time.
package func inParallel(
  over count: Int, unit: Int = 1, cost: Double, _ body: (Range<Int>) -> Void
) {
  let total = Double(count) * cost
  // A region costs about 0.2 µs to begin and as much to end.
  let threads = total < 4_000 ? 1 : min(Threads.limit, (count + unit - 1) / unit)
  ThreadPool.shared.run(threads, isShort: total < 400_000) { team in
    let part = team.share(of: count, unit: unit)
    if !part.isEmpty { body(part) }
  }
}
