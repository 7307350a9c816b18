/// A block of pooled memory: the elements of one or more tensors that are copies of each other, or
/// scratch space.
package final class Storage: @unchecked Sendable {
  private let block: BufferPool.Block

  /// The first element; valid as long as this object lives.
  package var base: UnsafeMutablePointer<Float> { block.base }

  /// Takes room for `count` elements, whose values are undefined.
  package init(count: Int) {
    block = BufferPool.shared.take(floats: count)
  }

  deinit {
    BufferPool.shared.give(block)
  }
}
