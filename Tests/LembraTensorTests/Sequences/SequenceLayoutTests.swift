import LembraTensor
import Testing

@Suite("The layout of sequences of different lengths")
struct SequenceLayoutTests {
  static let lengths = [
    [1], [0], [3], [2, 2], [3, 1], [1, 3], [0, 2, 0], [4, 4, 2, 4, 0, 1], [1, 2, 3, 4, 5],
    [9, 1, 9, 1, 5], [0, 0],
  ]

  @Test("sequences lie longest first, equal lengths in the caller's order", arguments: lengths)
  func order(lengths: [Int]) {
    let layout = SequenceLayout(lengths: lengths)
    #expect(layout.order.sorted() == Array(lengths.indices))
    #expect(layout.lengths == layout.order.map { lengths[$0] })
    for (a, b) in zip(layout.order, layout.order.dropFirst()) {
      #expect(lengths[a] > lengths[b] || lengths[a] == lengths[b] && a < b)
    }
    #expect(layout.isInCallersOrder == (layout.order == Array(lengths.indices)))
    #expect(layout.batchCount == lengths.count)
    #expect(layout.stepCount == lengths.max())
  }

  @Test("positions and order are inverse to each other", arguments: lengths)
  func positions(lengths: [Int]) {
    let layout = SequenceLayout(lengths: lengths)
    #expect(layout.positions.map { layout.order[$0] } == Array(lengths.indices))
    #expect(layout.order.map { layout.positions[$0] } == Array(lengths.indices))
  }

  @Test(
    "the rows of the steps cover all rows once, and so do those of the sequences",
    arguments: lengths)
  func rows(lengths: [Int]) {
    let layout = SequenceLayout(lengths: lengths)
    let all = Array(0..<lengths.reduce(0, +))
    #expect(layout.rowCount == all.count)
    #expect((0..<layout.stepCount).flatMap { Array(layout.rows(ofStep: $0)) } == all)
    let ofSequences = lengths.indices.map { layout.rows(ofSequence: $0) }
    #expect(ofSequences.map(\.count) == layout.lengths)
    #expect(ofSequences.flatMap(\.self).sorted() == all)
    for (position, rows) in ofSequences.enumerated() {
      for (step, row) in rows.enumerated() {
        #expect(row == layout.rows(ofStep: step).lowerBound + position)
      }
    }
  }

  @Test("those still running are counted", arguments: lengths)
  func activeCounts(lengths: [Int]) {
    let layout = SequenceLayout(lengths: lengths)
    #expect(
      layout.activeCounts
        == (0..<layout.stepCount).map { step in lengths.count { $0 > step } })
  }

  @Test("sequences of one length")
  func equalLengths() {
    #expect(SequenceLayout(count: 3, length: 4) == SequenceLayout(lengths: [4, 4, 4]))
  }

  @Test("no sequences, and a negative length")
  func traps() async {
    await #expect(processExitsWith: .failure) { _ = SequenceLayout(lengths: []) }
    await #expect(processExitsWith: .failure) { _ = SequenceLayout(lengths: [2, -1]) }
  }
}
