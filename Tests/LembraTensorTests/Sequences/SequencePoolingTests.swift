import LembraTensor
import LembraTestSupport
import Testing

/// Sequences of random numbers of these lengths.
func sequences(_ lengths: [Int], features: Int = 5) -> [Tensor] {
  lengths.enumerated().map { random([$1, features], seed: UInt64($0)) }
}

@Suite("One vector for each sequence")
struct SequencePoolingTests {
  private static let poolings: [(name: String, pool: @Sendable (SequenceBatch) -> Tensor)] = [
    ("last", { $0.lastSteps() }), ("mean", { $0.meanOverSteps() }),
    ("max", { $0.maximumOverSteps() }),
  ]

  @Test(
    "the last step, the mean and the largest, with gradients",
    arguments: SequenceLayoutTests.lengths)
  func definitions(lengths: [Int]) {
    let references: [([[Double]]) -> [Double]] = [
      { $0[$0.count - 1] },
      { rows in rows[0].indices.map { c in rows.reduce(0) { $0 + $1[c] } / Double(rows.count) } },
      { rows in rows[0].indices.map { c in rows.map { $0[c] }.max() ?? 0 } },
    ]
    for ((name, pool), reference) in zip(Self.poolings, references) {
      let faults = checkGradients(of: sequences(lengths)) {
        pool(SequenceBatch($0))
      } matching: { given in
        Reference(
          rows: given.map { sequence in
            sequence.shape[0] == 0 ? [Double](repeating: 0, count: 5) : reference(sequence.rows)
          })
      }
      #expect(faults == [], "\(name)")
    }
  }

  @Test(
    "a sequence gives the same bits alone as in a batch", arguments: SequenceLayoutTests.lengths)
  func alone(lengths: [Int]) {
    let given = sequences(lengths, features: 33)
    for (name, pool) in Self.poolings {
      let all = pool(SequenceBatch(given))
      for index in lengths.indices {
        let alone = pool(SequenceBatch([given[index]]))
        #expect(sameBits(alone, all.rows(index..<index + 1)), "\(name) \(index)")
      }
    }
  }

  @Test("elements come to rows and back", arguments: SequenceLayoutTests.lengths)
  func interleaving(lengths: [Int]) {
    let layout = SequenceLayout(lengths: lengths)
    let tokens = lengths.enumerated().map { index, length in (0..<length).map { index * 100 + $0 } }
    let rows = layout.interleaving(tokens)
    let numbers = lengths.enumerated().map { index, length in
      Tensor(tokens[index].map(Float.init), shape: [length, 1])
    }
    #expect(rows.map(Float.init) == SequenceBatch(numbers).rows.array)
    #expect(layout.separating(rows) == tokens)
    #expect(layout.callersLengths == lengths)
    let segments = layout.segments
    #expect(segments.entryCount == layout.rowCount)
    for position in lengths.indices {
      let own = segments.entries(of: position).map { segments.rows[$0] }
      #expect(own == layout.rows(ofSequence: position))
    }
  }

  @Test("elements that are no steps")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      _ = SequenceLayout(lengths: [2, 1]).interleaving([[1], [2, 3]])
    }
    await #expect(processExitsWith: .failure) {
      _ = SequenceLayout(lengths: [2, 1]).separating([1, 2])
    }
  }
}
