/// The memory behind one or more tensors that are copies of each other.
final class Storage: @unchecked Sendable {
  let block: BufferPool.Block

  var base: UnsafeMutablePointer<Float> { block.base }

  init(count: Int) {
    block = BufferPool.shared.take(floats: count)
  }

  deinit {
    BufferPool.shared.give(block)
  }
}
