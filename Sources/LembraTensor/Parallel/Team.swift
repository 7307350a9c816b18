import CLembraKernels
import Synchronization

/// The parts of one parallel region, seen by one of them.
package struct Team {
  /// This part's number, from 0.
  package let index: Int

  /// The number of parts, which may be fewer than asked for.
  package let count: Int

  let barrier: Barrier?

  /// A region that the calling thread works through alone.
  static let alone = Team(index: 0, count: 1, barrier: nil)

  /// This part's share of `0..<total`, in which every share but the last is a multiple of
  /// `unit` long.
  package func share(of total: Int, unit: Int = 1) -> Range<Int> {
    let units = (total + unit - 1) / unit
    let start = units * index / count * unit
    let end = units * (index + 1) / count * unit
    return min(start, total)..<min(end, total)
  }

  /// Waits until every thread of the team has come this far.
  ///
  /// - Precondition: the parts run at the same time.
  package func synchronize() {
    precondition(count == 1 || barrier != nil, "Team: parts that may take turns cannot wait")
    barrier?.wait(for: count)
  }
}

/// Holds threads until all of a team have arrived; it can be used again at once.
final class Barrier: Sendable {
  private let arrived = Atomic(0)
  private let generation = Atomic(0)

  func wait(for count: Int) {
    let mine = generation.load(ordering: .acquiring)
    if arrived.add(1, ordering: .acquiringAndReleasing).newValue == count {
      arrived.store(0, ordering: .relaxed)
      generation.store(mine &+ 1, ordering: .releasing)
      return
    }
    var wait = SpinWait()
    while generation.load(ordering: .acquiring) == mine {
      wait.pause()
    }
  }
}
