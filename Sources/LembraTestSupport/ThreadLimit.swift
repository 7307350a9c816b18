public import LembraTensor

// The limit belongs to the process, so two tests must not set it at the same time.
private let turn = Locked(())

/// Calls `body` while at most `limit` threads compute.
public func withThreadLimit<R>(_ limit: Int, _ body: () throws -> R) rethrows -> R {
  try turn.withLock { _ in
    let before = Threads.limit
    Threads.limit = limit
    defer { Threads.limit = before }
    return try body()
  }
}

/// Whether `body` gives the same bits on 1, 2 and 3 threads, each time it is called.
///
/// Short work is done by one thread while the others wake up, hence the repetitions.
public func isSameOnAnyNumberOfThreads(
  repetitions: Int = 4, _ body: () -> [Tensor]
) -> Bool {
  let expected = withThreadLimit(1, body)
  return [2, 3].allSatisfy { limit in
    (0..<repetitions).allSatisfy { _ in
      let actual = withThreadLimit(limit, body)
      return actual.count == expected.count && zip(actual, expected).allSatisfy(sameBits)
    }
  }
}
