import LembraTensor
import LembraTestSupport
import Testing

// Pools keep their memory for good, so these live as long as the process.
private let pool = BufferPool()
private let countingPool = BufferPool()
private let stalePool = BufferPool()

@Suite("The pool of memory")
struct BufferPoolTests {
  @Test("what is kept and in use together stays below twice the most ever in use")
  func bound() {
    var generator = RandomGenerator(RandomKey(seed: 3))
    var blocks: [(base: UnsafeMutablePointer<Float>, count: Int)] = []
    var most = 0
    for step in 0..<4000 {
      // Sizes drift, so that what was kept early does not fit later.
      let count = Int.random(in: 1...(16 + step * 4), using: &generator)
      blocks.append((pool.take(floats: count), count))
      most = max(most, pool.usage.inUse)
      if blocks.count > 12 || Bool.random(using: &generator) {
        let block = blocks.remove(at: Int.random(in: 0..<blocks.count, using: &generator))
        pool.give(block.base, floats: block.count)
      }
      let usage = pool.usage
      #expect(usage.kept + usage.inUse <= 2 * most)
    }
    for block in blocks { pool.give(block.base, floats: block.count) }
    #expect(pool.usage.inUse == 0)
  }

  @Test(
    "only blocks that were not kept come from the system",
    .disabled(if: BufferPool.shared.isOff, "the pool is off"))
  func blocksFromSystem() {
    let blocks = (0..<3).map { _ in countingPool.take(floats: 100) }
    #expect(countingPool.blocksFromSystem == 3)
    for block in blocks { countingPool.give(block, floats: 100) }
    countingPool.give(countingPool.take(floats: 100), floats: 100)
    #expect(countingPool.blocksFromSystem == 3)
    countingPool.give(countingPool.take(floats: 1000), floats: 1000)
    #expect(countingPool.blocksFromSystem == 4)
  }

  @Test(
    "sizes that are no longer used make room for those that are",
    .disabled(if: BufferPool.shared.isOff, "the pool is off"))
  func staleSizes() {
    func step(_ sizes: [Int]) {
      // One after the other, so that the pool has to keep more than is ever in use at once.
      for size in sizes {
        stalePool.give(stalePool.take(floats: size), floats: size)
        stalePool.give(stalePool.take(floats: size / 3), floats: size / 3)
      }
    }
    for sizes in [[1000], [1100, 300], [800, 10], [999, 500]] {
      for _ in 0..<2 { step(sizes) }
      let before = stalePool.blocksFromSystem
      for _ in 0..<10 { step(sizes) }
      #expect(stalePool.blocksFromSystem == before, "\(sizes)")
    }
  }

  @Test("blocks are aligned for every vector, and large ones for huge pages")
  func alignment() {
    for count in [1, 17, 100, 5000, 1 << 20] {
      let storage = Storage(count: count)
      let alignment = count >= 1 << 19 ? 2 << 20 : 64
      #expect(UInt(bitPattern: storage.base) % UInt(alignment) == 0)
    }
  }

  @Test(
    "elements that are all the same take no memory before they are looked at",
    .disabled(if: BufferPool.shared.isOff, "the pool is off"))
  func uniform() async {
    await #expect(processExitsWith: .success) {
      let before = BufferPool.shared.usage.inUse
      let ones = Tensor(repeating: 1, shape: [100, 100])
      var changed = ones
      #expect(BufferPool.shared.usage.inUse == before)
      #expect(ones.uniformValue == 1)
      var elements = changed.mutableElements
      elements[7] = 2
      #expect(changed.uniformValue == nil && ones.uniformValue == 1)
      #expect(changed.array[6...8] == [1, 2, 1])
      #expect(ones.array.allSatisfy { $0 == 1 })
      #expect(BufferPool.shared.usage.inUse > before)
    }
  }

  @Test("threads that look at them at once see the same elements")
  func uniformInParallel() async {
    for round in 0..<200 {
      let tensor = Tensor(repeating: Float(round), shape: [513])
      let places = await withTaskGroup(of: (UInt, Bool).self) { group in
        for _ in 0..<4 {
          group.addTask {
            (UInt(bitPattern: tensor.unsafeBase), tensor.array.allSatisfy { $0 == Float(round) })
          }
        }
        var places: Set<UInt> = []
        for await (place, isRight) in group {
          #expect(isRight)
          places.insert(place)
        }
        return places
      }
      #expect(places.count == 1)
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
