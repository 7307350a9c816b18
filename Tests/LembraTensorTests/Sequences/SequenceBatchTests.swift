import LembraTensor
import LembraTestSupport
import Testing

@Suite("Batches of sequences")
struct SequenceBatchTests {
  private func sequences(_ lengths: [Int], features: Int = 3) -> [Tensor] {
    lengths.enumerated().map { random([$1, features], seed: UInt64($0)) }
  }

  @Test(
    "sequences come back as they were given, in the caller's order",
    arguments: SequenceLayoutTests.lengths)
  func roundTrip(lengths: [Int]) {
    let given = sequences(lengths)
    let batch = SequenceBatch(given)
    #expect(batch.sequences == given)
    #expect(batch.featureCount == 3)
    #expect(batch.layout == SequenceLayout(lengths: lengths))
    for (index, position) in batch.layout.positions.enumerated() {
      for (step, row) in batch.layout.rows(ofSequence: position).enumerated() {
        #expect(batch.rows.rows(row..<row + 1) == given[index].rows(step..<step + 1))
      }
    }
  }

  @Test("gradients go through a batch", arguments: SequenceLayoutTests.lengths)
  func gradients(lengths: [Int]) {
    let faults = checkGradients(of: sequences(lengths)) { given in
      let batch = SequenceBatch(given)
      return Tensor(stacking: batch.replacing(rows: batch.rows.squared()).sequences)
    } matching: { given in
      Reference(
        given.flatMap { $0.elements.map { $0 * $0 } }, shape: [lengths.reduce(0, +), 3])
    }
    #expect(faults == [])
  }

  @Test(
    "rows per sequence change between the caller's order and the layout's",
    arguments: SequenceLayoutTests.lengths)
  func orders(lengths: [Int]) {
    let layout = SequenceLayout(lengths: lengths)
    let rows = random([lengths.count, 2])
    let laidOut = rows.inOrder(of: layout)
    for (position, index) in layout.order.enumerated() {
      #expect(laidOut.rows(position..<position + 1) == rows.rows(index..<index + 1))
    }
    #expect(laidOut.inCallersOrder(of: layout) == rows)
  }

  @Test("dropout of a sequence depends on its index and its steps alone")
  func dropout() {
    let key = RandomKey(seed: 6)
    // Sequence 1 is the same, whatever the others are and wherever it lies.
    let own = random([5, 8])
    let batches = [[2, 5, 7], [9, 5, 1], [5, 5, 5], [0, 5, 0]].map { lengths in
      lengths.enumerated().map { $0 == 1 ? own : random([$1, 8], seed: UInt64($0)) }
    }
    let results = batches.map { SequenceBatch($0).dropout(0.5, key: key).sequences[1] }
    for result in results { #expect(sameBits(result, results[0])) }
    #expect(results[0] != own)

    // Steps and sequences have masks of their own.
    let ones = SequenceBatch([Tensor](repeating: Tensor(repeating: 1, shape: [4, 64]), count: 3))
    let masks = ones.dropout(0.5, key: key).sequences.flatMap { sequence in
      (0..<4).map { sequence.rows($0..<$0 + 1).array }
    }
    #expect(Set(masks).count == 12)
  }

  @Test("rows that do not match the layout, and sequences of different features")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      _ = SequenceBatch(rows: Tensor(zeros: [3, 2]), layout: SequenceLayout(lengths: [2, 2]))
    }
    await #expect(processExitsWith: .failure) {
      _ = SequenceBatch([Tensor(zeros: [3, 2]), Tensor(zeros: [3, 1])])
    }
    await #expect(processExitsWith: .failure) { _ = SequenceBatch([]) }
  }
}
