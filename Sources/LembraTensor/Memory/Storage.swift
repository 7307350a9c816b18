import Synchronization

/// A block of pooled memory: the elements of one or more tensors that are copies of each other, or
/// scratch space.
package final class Storage: @unchecked Sendable {
  private let count: Int

  /// The memory, nil as long as nobody has asked for elements that are all the same.
  private let memory: Atomic<UnsafeMutablePointer<Float>?>

  /// What every element is, or nil if they differ or nobody knows.
  private(set) var uniformValue: Float?

  /// The stamp of the contents, 0 while nobody has asked for one.
  private let stamp = Atomic<UInt64>(0)

  private static let lastStamp = Atomic<UInt64>(0)

  /// The first element; valid as long as this object lives.
  package var base: UnsafeMutablePointer<Float> {
    memory.load(ordering: .acquiring) ?? filled()
  }

  /// Takes room for `count` elements, whose values are undefined.
  package init(count: Int) {
    self.count = count
    memory = Atomic(BufferPool.shared.take(floats: count))
  }

  /// `count` elements that are all `value`; no memory is taken before they are looked at.
  init(count: Int, repeating value: Float) {
    self.count = count
    memory = Atomic(nil)
    uniformValue = value
  }

  deinit {
    if let base = memory.load(ordering: .acquiring) {
      BufferPool.shared.give(base, floats: count)
    }
  }

  /// Takes memory and writes the one value there is; threads that ask at once get the same.
  private func filled() -> UnsafeMutablePointer<Float> {
    let fresh = BufferPool.shared.take(floats: count)
    fresh.update(repeating: uniformValue ?? 0, count: count)
    let (exchanged, present) = memory.compareExchange(
      expected: nil, desired: fresh, successOrdering: .acquiringAndReleasing,
      failureOrdering: .acquiring)
    guard !exchanged, let present else { return fresh }
    BufferPool.shared.give(fresh, floats: count)
    return present
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
    if uniformValue != nil {
      _ = base
      uniformValue = nil
    }
    stamp.store(0, ordering: .relaxed)
  }
}
