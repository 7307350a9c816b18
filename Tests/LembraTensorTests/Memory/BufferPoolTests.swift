import LembraTensor
import LembraTestSupport
import Testing

// Pools keep their memory for good, so this one lives as long as the process.
private let pool = BufferPool()

@Suite("The pool of memory")
struct BufferPoolTests {
  @Test("what is kept and in use together stays below twice the most ever in use")
  func bound() {
    var generator = RandomGenerator(RandomKey(seed: 3))
    var blocks: [BufferPool.Block] = []
    var most = 0
    for step in 0..<4000 {
      // Sizes drift, so that what was kept early does not fit later.
      let count = Int.random(in: 1...(16 + step * 4), using: &generator)
      blocks.append(pool.take(floats: count))
      most = max(most, pool.usage.inUse)
      if blocks.count > 12 || Bool.random(using: &generator) {
        pool.give(blocks.remove(at: Int.random(in: 0..<blocks.count, using: &generator)))
      }
      let usage = pool.usage
      #expect(usage.kept + usage.inUse <= 2 * most)
    }
    for block in blocks { pool.give(block) }
    #expect(pool.usage.inUse == 0)
  }

  @Test("blocks are aligned for every vector, and large ones for huge pages")
  func alignment() {
    for count in [1, 17, 100, 5000, 1 << 20] {
      let storage = Storage(count: count)
      let alignment = count >= 1 << 19 ? 2 << 20 : 64
      #expect(UInt(bitPattern: storage.base) % UInt(alignment) == 0)
    }
  }

  @Test("steps of the same shapes take nothing from the system", .timeLimit(.minutes(1)))
  func steadyState() async {
    // In a process of its own, where no other test uses the pool.
    await #expect(processExitsWith: .success) {
      func step() {
        let tape = Tape()
        let x = tape.leaf(random([20, 30]))
        _ = tape.gradients(of: x.matmul(x.transposed()).softmax().squared().sum())
      }
      step()
      let before = BufferPool.shared.usage
      for _ in 0..<50 { step() }
      let after = BufferPool.shared.usage
      #expect(after.kept == before.kept)
      #expect(after.inUse == before.inUse)
    }
  }
}
