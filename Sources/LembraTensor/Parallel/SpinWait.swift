import CLembraKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A loop that waits for another thread: short pauses first, then turns given to other threads.
package struct SpinWait {
  private var spins = 0

  package init() {}

  package mutating func pause() {
    spins += 1
    if spins < 4000 {
      lembra_pause()
    } else {
      sched_yield()
    }
  }
}
