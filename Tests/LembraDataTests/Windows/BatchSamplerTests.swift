import LembraData
import Testing

@Suite("Batches of an epoch")
struct BatchSamplerTests {
  @Test("hold every example once, the last batch the rest", arguments: [0, 1, 31, 32, 33, 186])
  func everyExample(count: Int) {
    var generator = SplitMix64(seed: 1)
    let sampler = BatchSampler(count: count, batchSize: 32)
    for batches in [sampler.inOrder(), sampler.shuffled(using: &generator)] {
      #expect(batches.flatMap { $0 }.sorted() == Array(0..<count))
      #expect(batches.count == sampler.batchCount)
      #expect(batches.dropLast().allSatisfy { $0.count == 32 })
      #expect(batches.last.map { (1...32).contains($0.count) } ?? (count == 0))
    }
    #expect(sampler.inOrder().flatMap { $0 } == Array(0..<count))
    #expect(BatchSampler(count: count, batchSize: .max).batchCount == min(count, 1))
  }

  @Test("come in the same order for the same seed, in another for another")
  func seeds() {
    func order(_ seed: UInt64) -> [Int] {
      var generator = SplitMix64(seed: seed)
      return BatchSampler(count: 100, batchSize: 7).shuffled(using: &generator).flatMap { $0 }
    }
    #expect(order(1) == order(1))
    #expect(order(1) != order(2))
    // Fixed for good, since a resumed training must see the order it began with.
    var generator = SplitMix64(seed: 42)
    let fixed = BatchSampler(count: 8, batchSize: 3).shuffled(using: &generator)
    #expect(fixed.map(Array.init) == [[4, 3, 2], [0, 7, 6], [1, 5]])
  }

  @Test("come in every order equally often")
  func uniform() {
    var generator = SplitMix64(seed: 5)
    var counts: [[Int]: Int] = [:]
    let sampler = BatchSampler(count: 3, batchSize: 3)
    for _ in 0..<6000 { counts[Array(sampler.shuffled(using: &generator)[0]), default: 0] += 1 }
    #expect(counts.count == 6)
    // Five standard deviations of a count with mean 1000.
    #expect(counts.values.allSatisfy { abs($0 - 1000) < 145 })
  }
}
