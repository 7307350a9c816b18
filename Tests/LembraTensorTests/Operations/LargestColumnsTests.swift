import LembraTensor
import LembraTestSupport
import Testing

@Suite("The largest columns of rows")
struct LargestColumnsTests {
  /// The columns of a row, the largest first.
  private func ranked(_ row: [Float], leavingOut leftOut: [Int]) -> [Int] {
    row.indices.sorted { (row[$1], $0) < (row[$0], $1) }.filter { !leftOut.contains($0) }
  }

  @Test("those of a matrix are those of its sorted rows")
  func matrix() {
    let x = random([7, 50])
    let leftOut = (0..<7).map { [$0, 3 * $0 + 1] }
    let found = x.largestColumns(LargestColumnsQuery(6, leavingOut: leftOut, asking: 4))
    for (row, own) in found.enumerated() {
      let values = x.rows(row..<row + 1).array
      let expected = ranked(values, leavingOut: leftOut[row]).prefix(6)
      #expect(own.largest.map(\.column) == Array(expected))
      #expect(own.largest.map(\.value) == expected.map { values[$0] } && own.asked == values[4])
    }
  }

  @Test(
    "those of an affine map's softmax are those of the whole, whatever the sizes",
    arguments: [(1, 5), (1, 530), (3, 512), (5, 513), (200, 1_500), (40, 3_000)])
  func affine(rows: Int, columns: Int) {
    let (x, weight, bias) = (
      random([rows, 24]), random([columns, 24], seed: 2), random([columns], seed: 3)
    )
    let leftOut = (0..<rows).map { [$0 % columns] }
    let query = LargestColumnsQuery(6, leavingOut: leftOut, asking: columns - 1)
    for bias in [bias, nil] {
      let found = RepeatedAffine(weight, bias).largestLogSoftmax(of: x, query)
      let logs = x.affine(weight, bias).logSoftmax()
      for (row, own) in found.enumerated() {
        let values = logs.rows(row..<row + 1).array
        let expected = ranked(values, leavingOut: leftOut[row]).prefix(6)
        #expect(own.largest.map(\.column) == Array(expected))
        for (found, column) in zip(own.largest, expected) {
          #expect(abs(found.value - values[column]) < 1e-5)
        }
        #expect(abs(own.asked - values[columns - 1]) < 1e-5)
      }
    }
  }

  @Test("scores that are impossible or no numbers count as they do in the softmax of all")
  func unusual() {
    let (x, weight) = (random([3, 8]), random([1_200, 8], seed: 2))
    let query = LargestColumnsQuery(5, leavingOut: [[], [], []], asking: 1_100)
    func found(_ bias: [Float]) -> (pieces: [LargestColumns], whole: [LargestColumns]) {
      let bias = Tensor(bias, shape: [1_200])
      return (
        RepeatedAffine(weight, bias).largestLogSoftmax(of: x, query),
        x.affine(weight, bias).logSoftmax().largestColumns(query)
      )
    }
    // A whole piece of columns that never come.
    let masked = found((0..<1_200).map { $0 < 600 ? -.infinity : 0 })
    for (own, wanted) in zip(masked.pieces, masked.whole) {
      #expect(own.largest.map(\.column) == wanted.largest.map(\.column))
      #expect(own.largest.allSatisfy { $0.column >= 600 && $0.value.isFinite })
      #expect(abs(own.asked - wanted.asked) < 1e-5)
    }
    for value in [Float.nan, .infinity] {
      let broken = found((0..<1_200).map { $0 == 700 ? value : 0 })
      #expect((broken.pieces + broken.whole).allSatisfy { $0.largest.isEmpty && $0.asked.isNaN })
    }
    let nothing = found([Float](repeating: -.infinity, count: 1_200))
    #expect((nothing.pieces + nothing.whole).allSatisfy { $0.largest.isEmpty })
  }

  @Test("of equal scores those of the smaller columns come first, whoever found them")
  func ties() {
    // Three scores, each of which recurs in every piece.
    let weight = Tensor((0..<2_300).map { Float($0 * 7 % 3) }, shape: [2_300, 1])
    let (x, map) = (Tensor(repeating: 1, shape: [400, 1]), RepeatedAffine(weight))
    let expected = (0..<2_300).filter { $0 * 7 % 3 == 2 }.prefix(9)
    for threads in 1...5 {
      for _ in 0..<20 {
        let found = withThreadLimit(threads) {
          map.largestLogSoftmax(
            of: x, LargestColumnsQuery(9, leavingOut: x.array.map { _ in [] }, asking: 0))
        }
        #expect(found.allSatisfy { $0.largest.map(\.column) == Array(expected) })
      }
    }
  }

  @Test("there is nothing in no rows")
  func noRows() {
    let query = LargestColumnsQuery(3, leavingOut: [], asking: 0)
    let rows = Tensor(zeros: [0, 4])
    #expect(rows.largestColumns(query).isEmpty)
    #expect(RepeatedAffine(random([9, 4])).largestLogSoftmax(of: rows, query).isEmpty)
  }

  @Test("a row gives the same bits alone and on any number of threads")
  func bits() {
    let (x, map) = (random([230, 16]), RepeatedAffine(random([2_100, 16], seed: 2)))
    func found(_ rows: Range<Int>) -> [Tensor] {
      let query = LargestColumnsQuery(4, leavingOut: rows.map { _ in [] }, asking: 7)
      return map.largestLogSoftmax(of: x.rows(rows), query).map { own in
        let numbers = own.largest.map(\.value) + [own.asked] + own.largest.map { Float($0.column) }
        return Tensor(numbers, shape: [numbers.count])
      }
    }
    #expect(isSameOnAnyNumberOfThreads(repetitions: 20) { found(0..<230) })
    let all = found(0..<230)
    for row in [0, 100, 229] {
      #expect(found(row..<row + 1)[0].array.map(\.bitPattern) == all[row].array.map(\.bitPattern))
    }
  }
}
