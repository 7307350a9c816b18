import CLembraKernels
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Worker threads that wait in a short loop for the next parallel region, then sleep.
///
/// A region begins within a fraction of a microsecond while the workers are awake. One region runs
/// at a time: a caller that finds the pool busy works alone, which gives the same results.
package final class ThreadPool: @unchecked Sendable {
  package static let shared = ThreadPool()

  /// The work of the current region, for every worker whose index is below `teamCount`.
  private struct Region {
    var teamCount = 0
    var body: ((Team) -> Void)?
    var callerProcessor: Int32 = -1
  }

  private let isBusy = Atomic(false)
  // A region is posted by raising `ticket`, and only when every worker has answered the last one.
  private let ticket = Atomic(0)
  private let answered = Atomic(0)
  private let sleeping = Atomic(0)
  private let barrier = Barrier()
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wakeUp = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  // Written only by the thread that holds `isBusy`, while no region is posted.
  private var region = Region()
  private var workerCount = 0

  private init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(wakeUp, nil)
  }

  /// Runs `body` once on each thread of a team of at most `count`, and returns when all are done.
  ///
  /// - Parameters:
  ///   - count: the threads wanted, this one included.
  ///   - isShort: whether the work takes less than it costs to wake a sleeping thread, about half a
  ///     millisecond. Such work is done alone while the workers wake up for the next call.
  ///   - body: the work of one thread of the team.
  package func run(_ count: Int, isShort: Bool = false, _ body: (Team) -> Void) {
    guard count > 1, !isBusy.exchange(true, ordering: .acquiring) else {
      body(.alone)
      return
    }
    defer { isBusy.store(false, ordering: .releasing) }
    if isShort, !isReady(count) {
      body(.alone)
      return
    }
    waitForAnswers()
    startWorkers(count - 1)
    let teamCount = min(count, workerCount + 1)
    withoutActuallyEscaping(body) { body in
      post(Region(teamCount: teamCount, body: body, callerProcessor: lembra_current_processor()))
      body(Team(index: 0, count: teamCount, barrier: barrier))
      waitForAnswers()
      region.body = nil
    }
  }

  /// Whether `count` threads can begin at once; if not, the workers are told to wake up.
  private func isReady(_ count: Int) -> Bool {
    guard answered.load(ordering: .acquiring) >= workerCount else { return false }
    startWorkers(count - 1)
    guard sleeping.load(ordering: .relaxed) > 0 else { return true }
    post(Region())
    return false
  }

  private func post(_ next: Region) {
    region = next
    answered.store(0, ordering: .relaxed)
    ticket.add(1, ordering: .sequentiallyConsistent)
    if sleeping.load(ordering: .sequentiallyConsistent) > 0 {
      pthread_mutex_lock(mutex)
      pthread_cond_broadcast(wakeUp)
      pthread_mutex_unlock(mutex)
    }
  }

  private func waitForAnswers() {
    var wait = SpinWait()
    while answered.load(ordering: .acquiring) < workerCount {
      wait.pause()
    }
  }

  /// Starts workers until there are `count`, or as many as the system allows.
  private func startWorkers(_ count: Int) {
    let seen = ticket.load(ordering: .relaxed)
    while workerCount < count {
      let index = workerCount + 1
      guard Thread.start({ [self] in work(as: index, since: seen) }) else { return }
      workerCount += 1
      answered.add(1, ordering: .relaxed)
    }
  }

  // MARK: - Workers

  /// The life of worker `index`, which has nothing to do with tickets up to `seen`.
  private func work(as index: Int, since seen: Int) {
    var seen = seen
    while true {
      waitForTicket(after: seen)
      seen += 1
      takePart(as: index)
      answered.add(1, ordering: .releasing)
    }
  }

  /// How often a worker looks for the next region before it sleeps: about 0.3 ms.
  private static let spinLimit = 20_000

  private func waitForTicket(after seen: Int) {
    for _ in 0..<Self.spinLimit {
      if ticket.load(ordering: .acquiring) != seen { return }
      lembra_pause()
    }
    pthread_mutex_lock(mutex)
    sleeping.add(1, ordering: .sequentiallyConsistent)
    while ticket.load(ordering: .sequentiallyConsistent) == seen {
      pthread_cond_wait(wakeUp, mutex)
    }
    sleeping.subtract(1, ordering: .relaxed)
    pthread_mutex_unlock(mutex)
  }

  // Not inlined, so that the region's closure is released before the answer is given.
  @inline(never)
  private func takePart(as index: Int) {
    let region = region
    guard index < region.teamCount, let body = region.body else { return }
    if lembra_current_processor() == region.callerProcessor {
      lembra_leave_processor(region.callerProcessor)
    }
    body(Team(index: index, count: region.teamCount, barrier: barrier))
  }
}
