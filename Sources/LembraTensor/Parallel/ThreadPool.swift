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
/// at a time: a caller that finds the pool busy works alone, which gives the same results. So does
/// one whose workers are held up because other programs use the processors.
package final class ThreadPool: @unchecked Sendable {
  package static let shared = ThreadPool()

  /// The work of the current region, in `partCount` parts.
  private struct Region {
    var partCount = 0
    var body: ((Team) -> Void)?
    var barrier: Barrier?
    var callerProcessor: Int32 = -1
  }

  private let isBusy = Atomic(false)
  // A region is posted by raising `ticket`, and only when every worker has answered the last one.
  private let ticket = Atomic(0)
  private let answered = Atomic(0)
  private let sleeping = Atomic(0)
  // The parts of the current region that have been taken, and those that are done.
  private let taken = Atomic(0)
  private let done = Atomic(0)
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

  /// Whether there are workers, and none of them sleeps; a short region is divided only then.
  package var isAwake: Bool {
    answered.load(ordering: .relaxed) > 0 && sleeping.load(ordering: .relaxed) == 0
  }

  /// Runs `body` once for each of `count` parts, or once for all as a team of one, and returns when
  /// all are done.
  ///
  /// Parts may run one after another on one thread, so they must not wait for each other.
  ///
  /// - Parameters:
  ///   - count: the parts, and so the most threads, this one included.
  ///   - isShort: whether the work takes less than it costs to wake a sleeping thread, about half a
  ///     millisecond. Such work is done alone while the workers wake up for the next call.
  ///   - body: the work of one part.
  package func run(_ count: Int, isShort: Bool = false, _ body: (Team) -> Void) {
    run(count, isShort: isShort, barrier: nil, body)
  }

  /// Runs `body` at the same time on each thread of a team of at most `count`.
  ///
  /// The threads may wait for each other by ``Team/synchronize()``.
  ///
  /// - Parameters:
  ///   - count: the threads wanted, this one included.
  ///   - isShort: as for ``run(_:isShort:_:)``.
  ///   - body: the work of one thread of the team.
  package func runTogether(_ count: Int, isShort: Bool = false, _ body: (Team) -> Void) {
    run(count, isShort: isShort, barrier: barrier, body)
  }

  private func run(_ count: Int, isShort: Bool, barrier: Barrier?, _ body: (Team) -> Void) {
    guard count > 1, !isBusy.exchange(true, ordering: .acquiring) else {
      body(.alone)
      return
    }
    defer { isBusy.store(false, ordering: .releasing) }
    guard isReady(count, isShort: isShort) else {
      body(.alone)
      return
    }
    let parts = min(count, workerCount + 1)
    withoutActuallyEscaping(body) { body in
      post(
        Region(
          partCount: parts, body: body, barrier: barrier,
          callerProcessor: lembra_current_processor()))
      // Without a barrier this thread does whatever parts no worker has come to take.
      repeat {
        guard takePart() else { break }
        done.add(1, ordering: .relaxed)
      } while barrier == nil
      var wait = SpinWait()
      while done.load(ordering: .acquiring) < parts { wait.pause() }
      region.body = nil
    }
  }

  /// Whether a region may be posted; if not because the workers sleep, they are told to wake up.
  private func isReady(_ count: Int, isShort: Bool) -> Bool {
    // A worker answers a moment after its last part, unless it was taken off its processor.
    var tries = 0
    while answered.load(ordering: .acquiring) < workerCount {
      tries += 1
      guard tries < 200 else { return false }
      lembra_pause()
    }
    startWorkers(count - 1)
    guard isShort, sleeping.load(ordering: .relaxed) > 0 else { return workerCount > 0 }
    post(Region())
    return false
  }

  private func post(_ next: Region) {
    region = next
    taken.store(0, ordering: .relaxed)
    done.store(0, ordering: .relaxed)
    answered.store(0, ordering: .relaxed)
    ticket.add(1, ordering: .sequentiallyConsistent)
    if sleeping.load(ordering: .sequentiallyConsistent) > 0 {
      pthread_mutex_lock(mutex)
      pthread_cond_broadcast(wakeUp)
      pthread_mutex_unlock(mutex)
    }
  }

  /// Takes the next part of the region and does it; false when none is left.
  ///
  /// The region's closure is looked at only after a part was taken: until that part is done the
  /// caller is there to keep it alive. It is not inlined, so that the closure is released before.
  @inline(never)
  private func takePart() -> Bool {
    let index = taken.add(1, ordering: .acquiringAndReleasing).oldValue
    guard index < region.partCount, let body = region.body else { return false }
    body(Team(index: index, count: region.partCount, barrier: region.barrier))
    return true
  }

  /// Starts workers until there are `count`, or as many as the system allows.
  private func startWorkers(_ count: Int) {
    let seen = ticket.load(ordering: .relaxed)
    while workerCount < count {
      guard Thread.start({ [self] in work(since: seen) }) else { return }
      workerCount += 1
      answered.add(1, ordering: .relaxed)
    }
  }

  // MARK: - Workers

  /// The life of a worker, which has nothing to do with tickets up to `seen`.
  private func work(since seen: Int) {
    var seen = seen
    while true {
      waitForTicket(after: seen)
      seen += 1
      // Two threads that spin on one processor halve each other's speed.
      if region.partCount > 0, lembra_current_processor() == region.callerProcessor {
        lembra_leave_processor(region.callerProcessor)
      }
      if takePart() { done.add(1, ordering: .releasing) }
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
}
