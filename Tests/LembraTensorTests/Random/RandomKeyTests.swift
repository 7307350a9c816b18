import LembraTensor
import LembraTestSupport
import Testing

@Suite("Random numbers are functions of a key")
struct RandomKeyTests {
  @Test("numbers are those of Philox 4x32-10, as its authors published them")
  func philox() {
    // The first words of the counters 0 and 1 come last of the first 64 words.
    var generator = RandomGenerator(RandomKey(seed: 0))
    let numbers = (0..<32).map { _ in generator.next() }
    #expect(numbers[31] >> 32 == 0x6627_e8d5)
  }

  @Test("seeds keep their meaning from version to version")
  func stability() {
    let key = RandomKey(seed: 7)
    #expect(key.folding(0).bits == 7_259_628_554_680_249_319)
    #expect(key.folding(-1).bits == 1_869_568_459_174_662_326)
    #expect(key.folding("dropout").bits == 9_375_714_299_168_579_021)
    #expect(key.folding("dropout").folding(3).bits == 12_816_520_313_374_913_069)
    let uniform = Tensor(uniformIn: 0...1, shape: [3], key: key)
    #expect(uniform.array == [0.9545971, 0.40696037, 0.006075084])
    let normal = Tensor(normalWithMean: 0, shape: [3], key: key)
    // Logarithms and sines differ in the last place between instruction sets.
    #expect(
      relativeError(normal, Tensor([0.00029146933, 0.37640348, 3.1903508], shape: [3])) < 1e-6)
    let mask = Tensor(repeating: 1, shape: [2, 8]).dropout(0.5, key: key)
    #expect(mask.array == [2, 0, 0, 0, 0, 0, 2, 0, 0, 2, 0, 0, 0, 2, 2, 0])
    var generator = RandomGenerator(key)
    #expect(Array(0..<8).shuffled(using: &generator) == [0, 2, 4, 1, 5, 6, 7, 3])
  }

  @Test("every fold leads to another key")
  func folding() {
    let key = RandomKey(seed: 1)
    var keys: Set<RandomKey> = [key]
    for index in -500..<500 {
      keys.insert(key.folding(index))
      keys.insert(key.folding(index).folding(0))
      keys.insert(key.folding(0).folding(index))
      keys.insert(key.folding("\(index)"))
      keys.insert(RandomKey(seed: UInt64(1000 + index)).folding(0))
    }
    // Of 5,001 keys only `folding(0).folding(0)` is there twice.
    #expect(keys.count == 5000)
    #expect(key.folding("a").folding("b") != key.folding("b").folding("a"))
  }

  @Test("the numbers of two folds are independent")
  func independence() {
    let count = 4000
    let key = RandomKey(seed: 1)
    let streams = [key, key.folding(0), key.folding(1), key.folding("a"), RandomKey(seed: 2)]
      .map { Tensor(uniformIn: -1...1, shape: [count], key: $0) }
    for (index, a) in streams.enumerated() {
      for b in streams[..<index] {
        let correlation = 3 * (a * b).mean().scalar
        #expect(abs(correlation) < 4 / Float(count).squareRoot())
      }
    }
  }

  @Test("numbers have the asked distribution")
  func distributions() {
    let uniform = Tensor(uniformIn: 2...5, shape: [20_000], key: RandomKey(seed: 4))
    #expect(uniform.array.allSatisfy { (2...5).contains($0) })
    #expect(abs(uniform.mean().scalar - 3.5) < 0.03)
    #expect(abs((uniform - 3.5).squared().mean().scalar - 0.75) < 0.02)
    let normal = Tensor(
      normalWithMean: 3, standardDeviation: 2, shape: [20_000], key: RandomKey(seed: 4))
    #expect(abs(normal.mean().scalar - 3) < 0.06)
    #expect(abs((normal - 3).squared().mean().scalar - 4) < 0.16)
    let outside = normal.array.count { abs($0 - 3) > 4 }
    #expect(abs(Double(outside) / 20_000 - 0.0455) < 0.006)
  }

  @Test("a shorter tensor begins like a longer one")
  func prefixes() {
    let key = RandomKey(seed: 9)
    let long = Tensor(uniformIn: -1...1, shape: [101], key: key).array
    for count in [0, 1, 3, 16, 63, 100] {
      let short = Tensor(uniformIn: -1...1, shape: [count], key: key).array
      #expect(short == Array(long.prefix(count)))
    }
  }

  @Test("a generator with the same key repeats itself")
  func generators() {
    var first = RandomGenerator(RandomKey(seed: 3))
    var second = first
    let items = Array(0..<100)
    let shuffled = items.shuffled(using: &first)
    #expect(shuffled == items.shuffled(using: &second))
    #expect(shuffled != items)
    #expect(shuffled.sorted() == items)
    #expect(items.shuffled(using: &first) != shuffled)
    var other = RandomGenerator(RandomKey(seed: 4))
    #expect(items.shuffled(using: &other) != shuffled)
  }
}
