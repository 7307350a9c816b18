import Synchronization

/// A block of pooled memory: the elements of one or more tensors that are copies of each other, or
/// scratch space.
package final class Storage: @unchecked Sendable {
  private let block: BufferPool.Block

  /// The stamp of the contents, 0 while nobody has asked for one.
  private let stamp = Atomic<UInt64>(0)

  private static let lastStamp = Atomic<UInt64>(0)

  /// The first element; valid as long as this object lives.
  package var base: UnsafeMutablePointer<Float> { block.base }

  /// Takes room for `count` elements, whose values are undefined.
  package init(count: Int) {
    block = BufferPool.shared.take(floats: count)
  }

  deinit {
    BufferPool.shared.give(block)
  }

  /// A number that no other contents have or had, here or in any other storage.
  ///
  /// What was computed from the contents can be kept under it: see ``willChange()``.
  var contentStamp: UInt64 {
    let current = stamp.load(ordering: .relaxed)
    if current != 0 { return current }
    let fresh = Self.lastStamp.add(1, ordering: .relaxed).newValue
    let (exchanged, original) = stamp.compareExchange(
      expected: 0, desired: fresh, ordering: .relaxed)
    return exchanged ? fresh : original
  }

  /// Says that the contents are about to change and their stamp no longer stands for them.
  func willChange() {
    stamp.store(0, ordering: .relaxed)
  }
}
