import CLembraKernels
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite("Row kernels: the largest of a row")
struct LargestKernelTests {
  /// What the kernel keeps of a row that it sees in pieces.
  private func kept(
    _ x: [Float], pieces: Int, wanted: Int, leavingOut leftOut: [Int32] = [],
    _ set: InstructionSet
  ) -> (columns: [Int32], values: [Float]) {
    var values = [Float](repeating: 0, count: wanted)
    var columns = [Int32](repeating: -1, count: wanted)
    var count = 0
    values.withUnsafeMutableBufferPointer { values in
      columns.withUnsafeMutableBufferPointer { columns in
        leftOut.withUnsafeBufferPointer { leftOut in
          guard let first = values.baseAddress, let firstColumn = columns.baseAddress else {
            return
          }
          var state = lembra_largest(
            values: first, columns: firstColumn, count: 0, wanted: wanted,
            left_out: leftOut.baseAddress, left_out_count: leftOut.count)
          for start in stride(from: 0, to: x.count, by: pieces) {
            let piece = Array(x[start..<min(start + pieces, x.count)])
            set.rows.keep_largest(piece, piece.count, start, &state)
          }
          count = state.count
        }
      }
    }
    return (Array(columns.prefix(count)), Array(values.prefix(count)))
  }

  @Test(
    "the largest are those of the sorted row, of equal ones the first",
    arguments: InstructionSet.supported)
  func sorted(set: InstructionSet) {
    for count in oddCounts {
      // Few different numbers, so that many are equal.
      let x = samples(count, in: -20...20, seed: 3).map { $0.rounded() }
      let order = x.indices.sorted { (x[$1], $0) < (x[$0], $1) }
      for (wanted, leftOut) in [(1, []), (6, []), (6, [0, 2, 17]), (100, [1])] {
        let expected = order.filter { !leftOut.contains($0) }.prefix(wanted)
        for pieces in [1, 7, 64, 1_000] {
          let own = kept(
            x, pieces: pieces, wanted: wanted, leavingOut: leftOut.map(Int32.init), set)
          #expect(own.columns == expected.map(Int32.init), "\(count), \(wanted), \(pieces)")
          #expect(own.values == expected.map { x[$0] })
        }
      }
    }
  }

  @Test("NaN and -inf are never among the largest", arguments: InstructionSet.supported)
  func unusable(set: InstructionSet) {
    var x = [Float](repeating: -.infinity, count: 200)
    (x[3], x[70], x[131], x[199]) = (.nan, -3e38, .infinity, 5)
    let own = kept(x, pieces: 200, wanted: 4, set)
    #expect(own.columns == [131, 199, 70] && own.values == [.infinity, 5, -3e38])
  }

  @Test("the sum of exponentials follows its reference", arguments: InstructionSet.supported)
  func exponentialSums(set: InstructionSet) {
    for count in oddCounts where count > 0 {
      let x = samples(count, in: -30...3, seed: 5)
      var most: Float = 0
      let sum = set.rows.exponential_sum(x, count, &most)
      let expected = x.reduce(0.0) { $0 + exp(Double($1) - Double(x.max() ?? 0)) }
      #expect(most == x.max() && abs(sum - expected) <= 1e-6 * expected)
    }
    var most: Float = 0
    #expect(set.rows.exponential_sum([-.infinity, -.infinity], 2, &most) == 0)
    #expect(most == -.infinity)
    #expect(set.rows.exponential_sum([1, .nan, 2], 3, &most).isNaN && most == 2)
  }
}
