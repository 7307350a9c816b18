import LembraTensor
import LembraTestSupport
import Testing

@Suite("Operations on segments of rows")
struct SegmentTests {
  /// Partitions of rows, and segments that share rows, leave some out or have none.
  static let segments = [
    Segments([[0, 1, 2, 3, 4]], rowCount: 5), Segments([[3, 0], [], [4], [2, 1]], rowCount: 5),
    Segments([[0, 1], [1, 4, 4], [], [0, 1, 2]], rowCount: 5), Segments([[], []], rowCount: 5),
    SequenceLayout(lengths: [2, 0, 4, 3]).segments,
  ]

  /// For each segment the rows of its entries.
  private func entries(_ segments: Segments) -> [[Int]] {
    (0..<segments.count).map { segment in
      segments.entries(of: segment).map { segments.rows[$0] }
    }
  }

  @Test("the softmax over each segment", arguments: segments)
  func softmax(segments: Segments) {
    let faults = checkGradients(of: [random([segments.entryCount])]) {
      $0[0].segmentSoftmax(segments)
    } matching: { inputs in
      let numbers = (0..<segments.count).flatMap { segment -> [Double] in
        let own = Array(inputs[0].elements[segments.entries(of: segment)])
        return Reference(own, shape: [own.count]).softmax().elements
      }
      return Reference(numbers, shape: [segments.entryCount])
    }
    #expect(faults == [])
  }

  @Test("the weighted sum of each segment", arguments: segments, [1, 7, 33])
  func sums(segments: Segments, columns: Int) {
    let inputs = [random([segments.rowCount, columns]), random([segments.entryCount], seed: 2)]
    let faults = checkGradients(of: inputs) {
      $0[0].segmentSums(segments, weights: $0[1])
    } matching: { inputs in
      Reference(shape: [segments.count, columns]) { index in
        segments.entries(of: index[0]).reduce(0) {
          $0 + inputs[1][$1] * inputs[0][segments.rows[$1], index[1]]
        }
      }
    }
    #expect(faults == [])
  }

  @Test("the products of rows and their segment's query", arguments: segments, [1, 7, 33])
  func products(segments: Segments, columns: Int) {
    let inputs = [
      random([segments.rowCount, columns]), random([segments.count, columns], seed: 2),
    ]
    let owners = segments.segmentOfEntry
    let faults = checkGradients(of: inputs) {
      $0[0].segmentProducts(segments, with: $0[1])
    } matching: { inputs in
      Reference(shape: [segments.entryCount]) { index in
        let (row, segment) = (segments.rows[index[0]], owners[index[0]])
        return (0..<columns).reduce(0) { $0 + inputs[0][row, $1] * inputs[1][segment, $1] }
      }
    }
    #expect(faults == [])
  }

  @Test("the mean and the largest of each segment", arguments: segments, [1, 7, 33])
  func meansAndMaxima(segments: Segments, columns: Int) {
    let x = random([segments.rowCount, columns])
    let groups = entries(segments)
    let means = checkGradients(of: [x]) {
      $0[0].segmentMeans(segments)
    } matching: { inputs in
      Reference(shape: [segments.count, columns]) { index in
        let rows = groups[index[0]]
        return rows.reduce(0) { $0 + inputs[0][$1, index[1]] } / Double(max(rows.count, 1))
      }
    }
    #expect(means == [])
    let maxima = checkGradients(of: [x]) {
      $0[0].segmentMaxima(segments)
    } matching: { inputs in
      Reference(shape: [segments.count, columns]) { index in
        groups[index[0]].map { inputs[0][$0, index[1]] }.max() ?? 0
      }
    }
    #expect(maxima == [])
  }

  @Test("the gradient of a maximum goes to the first that is largest")
  func ties() throws {
    let segments = Segments([[2, 0, 1]], rowCount: 3)
    let tape = Tape()
    let x = tape.leaf(Tensor([5, 1, 5, 1, 5, 1], shape: [3, 2]))
    let gradient = try #require(tape.gradients(of: x.segmentMaxima(segments).sum())[0])
    #expect(gradient.array == [0, 0, 0, 0, 1, 1])
  }

  @Test("the mean of equal rows is that row")
  func constant() {
    let row = random([1, 9])
    let rows = row.gatheringRows(Array(repeating: 0, count: 7))
    #expect(sameBits(rows.segmentMeans(Segments([Array(0..<7)], rowCount: 7)), row))
  }

  @Test("any number of threads gives the same bits, with and without shared rows")
  func threads() {
    let layout = SequenceLayout(lengths: (0..<40).map { 10 + $0 * 7 % 31 })
    let shared = Segments(
      (0..<50).map { s in (0..<20).map { (s * 13 + $0 * $0) % layout.rowCount } },
      rowCount: layout.rowCount)
    for segments in [layout.segments, shared] {
      let x = random([segments.rowCount, 70])
      let scores = random([segments.entryCount], seed: 2)
      let queries = random([segments.count, 70], seed: 3)
      #expect(
        isSameOnAnyNumberOfThreads {
          let tape = Tape()
          let (x, scores, queries) = (tape.leaf(x), tape.leaf(scores), tape.leaf(queries))
          let weights = (scores + x.segmentProducts(segments, with: queries) * 0.1)
            .segmentSoftmax(segments)
          let results =
            x.segmentSums(segments, weights: weights) + x.segmentMeans(segments)
            + x.segmentMaxima(segments)
          let gradients = tape.gradients(of: results.squared().sum())
          return [results.detached] + gradients.compactMap { $0 }
        })
    }
  }

  @Test("rows, entries and queries that do not fit")
  func traps() async {
    await #expect(processExitsWith: .failure) { _ = Segments([[0, 3]], rowCount: 3) }
    await #expect(processExitsWith: .failure) {
      _ = Tensor(zeros: [2, 5]).segmentMeans(Segments([[0]], rowCount: 3))
    }
    await #expect(processExitsWith: .failure) {
      _ = Tensor(zeros: [4]).segmentSoftmax(Segments([[0, 1]], rowCount: 3))
    }
    await #expect(processExitsWith: .failure) {
      let segments = Segments([[0, 1]], rowCount: 3)
      _ = Tensor(zeros: [3, 2]).segmentProducts(segments, with: Tensor(zeros: [2, 2]))
    }
  }
}
