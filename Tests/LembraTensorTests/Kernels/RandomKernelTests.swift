import CLembraKernels
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite("Random kernels")
struct RandomKernelTests {
  /// Philox4x32-10 in scalar Swift, from the paper.
  static func philox(counter: [UInt32], key: UInt64) -> [UInt32] {
    var c = counter, k0 = UInt32(truncatingIfNeeded: key), k1 = UInt32(key >> 32)
    for _ in 0..<10 {
      let a = (0xD251_1F53 as UInt32).multipliedFullWidth(by: c[0])
      let b = (0xCD9E_8D57 as UInt32).multipliedFullWidth(by: c[2])
      c = [b.high ^ c[1] ^ k0, b.low, a.high ^ c[3] ^ k1, a.low]
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return c
  }

  /// The words of the elements of a row, by the layout that the header promises.
  static func words(key: UInt64, row: UInt64, count: Int) -> [UInt32] {
    (0..<count).map { element in
      let block = UInt64(element / 64 * 16 + element % 16)
      let counter = [block, block >> 32, row, row >> 32].map { UInt32(truncatingIfNeeded: $0) }
      return philox(counter: counter, key: key)[element % 64 / 16]
    }
  }

  func uniform(_ set: InstructionSet, key: UInt64, row: UInt64, _ count: Int) -> [Float] {
    written(count) { set.random.uniform(key, row, 0, 1, $0, count) }
  }

  @Test("give the known answers of Random123", arguments: InstructionSet.supported)
  func knownAnswers(set: InstructionSet) {
    let vectors: [(counter: [UInt32], key: [UInt32], words: [UInt32])] = [
      ([0, 0, 0, 0], [0, 0], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
      (
        [.max, .max, .max, .max], [.max, .max],
        [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
      ),
      (
        [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
        [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
      ),
    ]
    for vector in vectors {
      let words = written(4, filledWith: UInt32(7)) {
        set.random.philox(vector.counter, vector.key, $0)
      }
      #expect(words == vector.words)
    }
  }

  @Test("lay the words out alike on every instruction set", arguments: InstructionSet.supported)
  func layout(set: InstructionSet) {
    let key: UInt64 = 0x0123_4567_89ab_cdef
    for row: UInt64 in [0, 1, 0xffff_ffff, 0xfedc_ba98_7654_3210] {
      let reference = Self.words(key: key, row: row, count: 1000)
      for count in oddCounts {
        let prefix = Array(reference.prefix(count))
        let words = written(count, filledWith: UInt32(7)) {
          set.random.bits(key, row, $0, count)
        }
        #expect(words == prefix)
        #expect(uniform(set, key: key, row: row, count) == prefix.map { Float($0 >> 8) * 0x1p-24 })
      }
    }
  }

  @Test("spread uniform numbers evenly and independently", arguments: InstructionSet.supported)
  func uniformStatistics(set: InstructionSet) {
    let count = 100_000
    let x = uniform(set, key: 42, row: 7, count).map(Double.init)
    #expect(x.allSatisfy { (0..<1).contains($0) })
    // Fixed keys make these numbers fixed; the bounds are four standard errors.
    let n = Double(count), error = 4 / n.squareRoot()
    let mean = x.reduce(0, +) / n
    let variance = x.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / n
    #expect(abs(mean - 0.5) < error * (1.0 / 12).squareRoot())
    #expect(abs(variance - 1.0 / 12) < error * (1.0 / 180).squareRoot())
    for lag in [1, 16, 64] {
      let products = zip(x, x.dropFirst(lag)).map { ($0 - 0.5) * ($1 - 0.5) }
      #expect(abs(products.reduce(0, +) / n * 12) < error)
    }
    for others in [uniform(set, key: 42, row: 8, count), uniform(set, key: 43, row: 7, count)] {
      let products = zip(x, others).map { ($0 - 0.5) * (Double($1) - 0.5) }
      #expect(abs(products.reduce(0, +) / n * 12) < error)
    }
    let shifted = written(count) { set.random.uniform(42, 7, -3, 5, $0, count) }
    expectClose(shifted, x.map { -3 + 8 * $0 }, tolerance: 1e-7)
  }

  @Test("draw normal numbers from the bits as documented", arguments: InstructionSet.supported)
  func normalReference(set: InstructionSet) {
    let words = Self.words(key: 5, row: 6, count: 1024)
    for count in oddCounts {
      let reference = (0..<count).map { element in
        let first = element % 32 < 16 ? element : element - 16
        let radius = (-2 * log((Double(words[first]) + 0.5) * 0x1p-32)).squareRoot()
        let angle = 2 * Double.pi * Double(words[first + 16] >> 8) * 0x1p-24
        return 1.5 + 2 * radius * (element % 32 < 16 ? cos(angle) : sin(angle))
      }
      let x = written(count) { set.random.normal(5, 6, 1.5, 2, $0, count) }
      expectClose(x, reference, tolerance: 1e-6)
    }
  }

  @Test("give normal numbers their moments and tails", arguments: InstructionSet.supported)
  func normalStatistics(set: InstructionSet) {
    let count = 100_000, n = Double(count), error = 4 / n.squareRoot()
    let x = written(count) { set.random.normal(42, 7, 0, 1, $0, count) }.map(Double.init)
    func moment(_ power: Int) -> Double {
      x.reduce(0.0) { sum, x in sum + (0..<power).reduce(1.0) { product, _ in product * x } } / n
    }
    #expect(abs(moment(1)) < error)
    #expect(abs(moment(2) - 1) < error * 2.0.squareRoot())
    #expect(abs(moment(3)) < error * 15.0.squareRoot())
    #expect(abs(moment(4) - 3) < error * 96.0.squareRoot())
    for limit in [0.5, 1, 2, 3] {
      let expected = 2 * normalDistribution(-limit)
      let share = Double(x.count { abs($0) > limit }) / n
      #expect(abs(share - expected) < error * (expected * (1 - expected)).squareRoot())
    }
    let products = zip(x, x.dropFirst(16)).map(*)
    #expect(abs(products.reduce(0, +) / n) < error)
  }

  @Test(
    "drop the same elements of a row in any batch, order or cut",
    arguments: InstructionSet.supported,
    oddCounts)
  func dropoutOfRows(set: InstructionSet, columns: Int) {
    let rows = 6, count = rows * columns, rate: Float = 0.3, key: UInt64 = 99
    let x = samples(count, in: 1...2)
    let whole = written(count) {
      set.random.dropout_rows(x, nil, 40, key, rate, $0, rows, columns)
    }
    let reference = (0..<rows).flatMap { row in
      let numbers = uniform(set, key: key, row: UInt64(40 + row), columns)
      return (0..<columns).map { numbers[$0] >= rate ? x[row * columns + $0] / (1 - rate) : 0 }
    }
    expectClose(whole, reference.map(Double.init), tolerance: 2e-7)
    #expect(whole.map { $0 == 0 } == reference.map { $0 == 0 })
    #expect(
      updated(x) { set.random.dropout_rows($0, nil, 40, key, rate, $0, rows, columns) } == whole)

    let ids: [UInt64] = [45, 41, 43, 43]
    let chosen = ids.flatMap { id in x[((Int(id) - 40) * columns)..<((Int(id) - 39) * columns)] }
    let again = written(ids.count * columns) {
      set.random.dropout_rows(chosen, ids, 0, key, rate, $0, ids.count, columns)
    }
    #expect(
      again
        == ids.flatMap { id in whole[((Int(id) - 40) * columns)..<((Int(id) - 39) * columns)] })
  }

  @Test("drop the share that was asked for", arguments: InstructionSet.supported)
  func dropoutRates(set: InstructionSet) {
    let count = 100_000, ones = [Float](repeating: 1, count: count)
    for rate: Float in [0, 0.1, 0.5, 0.9, 1] {
      let y = written(count) { set.random.dropout_rows(ones, nil, 3, 11, rate, $0, 1, count) }
      let kept = Double(y.count { $0 != 0 }) / Double(count), expected = 1 - Double(rate)
      #expect(abs(kept - expected) <= 4 * (expected * (1 - expected) / Double(count)).squareRoot())
      #expect(y.allSatisfy { $0 == 0 || $0 == 1 / (1 - rate) })
    }
    // A NaN is not hidden by being dropped.
    let nans = [Float](repeating: .nan, count: 50)
    #expect(
      written(50) { set.random.dropout_rows(nans, nil, 3, 11, 0.5, $0, 1, 50) }
        .allSatisfy { $0.isNaN })
  }
}
