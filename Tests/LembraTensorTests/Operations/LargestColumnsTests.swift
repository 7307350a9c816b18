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
    arguments: [(1, 5), (3, 512), (5, 513), (200, 1_500), (40, 3_000)])
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

  @Test("a row gives the same bits alone and on any number of threads")
  func bits() {
    let limit = Threads.limit
    defer { Threads.limit = limit }
    let (x, map) = (random([230, 16]), RepeatedAffine(random([2_100, 16], seed: 2)))
    func found(_ rows: Range<Int>, threads: Int) -> [[UInt32]] {
      Threads.limit = threads
      return map.largestLogSoftmax(
        of: x.rows(rows), LargestColumnsQuery(4, leavingOut: rows.map { _ in [] }, asking: 7)
      ).map { ($0.largest.map(\.value) + [$0.asked]).map(\.bitPattern) }
    }
    let all = found(0..<230, threads: 1)
    for threads in [2, 3, 5] { #expect(found(0..<230, threads: threads) == all) }
    for row in [0, 100, 229] { #expect(found(row..<row + 1, threads: 2) == [all[row]]) }
  }
}
