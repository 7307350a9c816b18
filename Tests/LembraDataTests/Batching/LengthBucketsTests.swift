import LembraData
import LembraTensor
import Testing

@Suite("Batches of sequences of similar lengths")
struct LengthBucketsTests {
  static func lengths(_ count: Int) -> [Int] {
    var generator = SplitMix64(seed: UInt64(count))
    return (0..<count).map { _ in Int.random(in: 0...60, using: &generator) }
  }

  @Test(
    "hold every sequence once and are no larger than allowed",
    arguments: [0, 1, 31, 32, 33, 1000],
    [LengthBuckets.Limit.sequences(32), .sequences(1), .sequences(.max), .tokens(200), .tokens(1)])
  func everySequence(count: Int, limit: LengthBuckets.Limit) {
    let lengths = Self.lengths(count)
    var generator = RandomGenerator(RandomKey(seed: 1))
    for poolSize in [1, 4, .max] {
      let buckets = LengthBuckets(lengths: lengths, limit: limit, poolSize: poolSize)
      for batches in [buckets.inOrder(), buckets.shuffled(using: &generator)] {
        #expect(batches.flatMap { $0 }.sorted() == Array(0..<count))
        for batch in batches {
          #expect(!batch.isEmpty)
          #expect(zip(batch, batch.dropFirst()).allSatisfy { lengths[$0] >= lengths[$1] })
          switch limit {
          case .sequences(let size): #expect(batch.count <= size)
          case .tokens(let size):
            let sum = batch.reduce(0) { $0 + max(1, lengths[$1]) }
            #expect(sum <= size || batch.count == 1)
          }
        }
      }
    }
  }

  @Test("go from the longest to the shortest in order, equal lengths as they stand")
  func inOrder() {
    let buckets = LengthBuckets(lengths: [3, 5, 3, 0, 5, 9], limit: .tokens(10))
    #expect(buckets.inOrder().map(Array.init) == [[5], [1, 4], [0, 2, 3]])
  }

  @Test("come in the same order for the same key, in another for another")
  func keys() {
    let buckets = LengthBuckets(lengths: Self.lengths(300), limit: .sequences(7), poolSize: 4)
    func order(_ seed: UInt64) -> [Int] {
      var generator = RandomGenerator(RandomKey(seed: seed))
      return buckets.shuffled(using: &generator).flatMap { $0 }
    }
    #expect(order(1) == order(1))
    #expect(order(1) != order(2))
    // Fixed for good, since a resumed training must see the order it began with.
    var generator = SplitMix64(seed: 42)
    let few = LengthBuckets(lengths: [4, 1, 3, 2, 2, 9, 7], limit: .sequences(2), poolSize: 2)
    #expect(few.shuffled(using: &generator).map(Array.init) == [[3, 4], [1], [5, 0], [6, 2]])
  }

  @Test("have lengths nearly as alike as in order when pools are large")
  func alike() {
    let lengths = Self.lengths(2000)
    func steps(_ batches: [ArraySlice<Int>]) -> Int {
      batches.reduce(0) { $0 + ($1.map { lengths[$0] }.max() ?? 0) }
    }
    var generator = RandomGenerator(RandomKey(seed: 1))
    let buckets = LengthBuckets(lengths: lengths, limit: .sequences(20), poolSize: 25)
    let random = BatchSampler(count: 2000, batchSize: 20).shuffled(using: &generator)
    let shuffled = steps(buckets.shuffled(using: &generator))
    #expect(shuffled < steps(buckets.inOrder()) * 11 / 10)
    #expect(shuffled < steps(random) * 6 / 10)
  }

  @Test("shuffle over all sequences: no batch is bound to a place")
  func uniform() {
    let buckets = LengthBuckets(lengths: [1, 1, 1, 5, 5, 5], limit: .sequences(3), poolSize: 9)
    var firsts: [Int: Int] = [:]
    var generator = RandomGenerator(RandomKey(seed: 8))
    for _ in 0..<3000 {
      let batches = buckets.shuffled(using: &generator)
      firsts[batches[0].first ?? -1, default: 0] += 1
    }
    // Each of six is first with the same chance; five standard deviations of a mean of 500.
    #expect((0..<6).allSatisfy { abs(firsts[$0, default: 0] - 500) < 103 })
  }
}
