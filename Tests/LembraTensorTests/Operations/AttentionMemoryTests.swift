import LembraTensor
import LembraTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Attention to segments of rows")
struct AttentionMemoryTests {
  /// Memories of several lengths, one of them empty, and queries of which two ask the same one.
  static let segments = SequenceLayout(lengths: [4, 0, 2, 3]).segments
  static let asked = [2, 0, 3, 0]

  private struct Sizes {
    let key: Int
    let value: Int
  }

  /// One of these asks a memory without entries.
  static let askedEmpty = [1, 0]

  private func inputs(_ sizes: Sizes, queries: Int) -> [Tensor] {
    let rows = Self.segments.rowCount
    return [
      random([rows, sizes.key]), random([rows, sizes.value], seed: 2),
      random([queries, sizes.key], seed: 3),
    ]
  }

  private func entries(_ asked: [Int]) -> [[Int]] {
    asked.map { segment in Self.segments.entries(of: segment).map { Self.segments.rows[$0] } }
  }

  /// Contexts, and weights after them as one row of each.
  private func reference(
    _ asked: [Int], keys: Reference, values: Reference,
    score: (_ query: Int, _ row: Int, _ entry: Int) -> Double
  ) -> (contexts: [[Double]], weights: [Double]) {
    var contexts: [[Double]] = []
    var weights: [Double] = []
    for (query, rows) in entries(asked).enumerated() {
      let scores = rows.enumerated().map { score(query, $1, weights.count + $0) }
      let powers = scores.map { exp($0) }
      let own = powers.map { $0 / powers.reduce(0, +) }
      contexts.append(
        (0..<values.shape[1]).map { column in
          zip(rows, own).reduce(0) { $0 + $1.1 * values[$1.0, column] }
        })
      weights += own
    }
    return (contexts, weights)
  }

  /// What is looked at: the contexts, and the weights times fixed numbers, so that both have
  /// gradients.
  private func result(_ reading: AttentionMemory.Reading) -> Tensor {
    let flat = reading.contexts.reshaped(to: [reading.contexts.shape.count])
    return Tensor(stacking: [flat, reading.weights])
  }

  private func result(_ reading: (contexts: [[Double]], weights: [Double])) -> Reference {
    let numbers = reading.contexts.flatMap(\.self) + reading.weights
    return Reference(numbers, shape: [numbers.count])
  }

  @Test("dot products", arguments: [1, 5, 16, 40], [asked, askedEmpty])
  func dot(size: Int, asked: [Int]) {
    let sizes = Sizes(key: size, value: size == 40 ? 17 : size)
    let faults = checkGradients(of: inputs(sizes, queries: asked.count)) { inputs in
      let memory = AttentionMemory(keys: inputs[0], values: inputs[1], segments: Self.segments)
      return result(memory.attend(inputs[2], to: asked))
    } matching: { inputs in
      result(
        reference(asked, keys: inputs[0], values: inputs[1]) { query, row, _ in
          (0..<size).reduce(0) { $0 + inputs[2][query, $1] * inputs[0][row, $1] }
        })
    }
    #expect(faults == [])
  }

  @Test("additive scores", arguments: [1, 5, 16, 40], [asked, askedEmpty])
  func additive(size: Int, asked: [Int]) {
    let sizes = Sizes(key: size, value: 7)
    let all = inputs(sizes, queries: asked.count) + [random([size], seed: 4)]
    let faults = checkGradients(of: all) { inputs in
      let memory = AttentionMemory(keys: inputs[0], values: inputs[1], segments: Self.segments)
      return result(memory.attend(inputs[2], to: asked, additive: .init(vector: inputs[3])))
    } matching: { inputs in
      result(
        reference(asked, keys: inputs[0], values: inputs[1]) { query, row, _ in
          (0..<size).reduce(0) {
            $0 + inputs[3].elements[$1] * tanh(inputs[2][query, $1] + inputs[0][row, $1])
          }
        })
    }
    #expect(faults == [])
  }

  @Test("additive scores with coverage", arguments: [3, 33])
  func coverage(size: Int) {
    let asked = Self.asked
    let count = entries(asked).reduce(0) { $0 + $1.count }
    let all =
      inputs(Sizes(key: size, value: 5), queries: asked.count)
      + [random([size], seed: 4), random([count], seed: 5), random([size], seed: 6)]
    let faults = checkGradients(of: all) { inputs in
      let memory = AttentionMemory(keys: inputs[0], values: inputs[1], segments: Self.segments)
      return result(
        memory.attend(
          inputs[2], to: asked,
          additive: .init(vector: inputs[3], coverage: (amounts: inputs[4], vector: inputs[5]))))
    } matching: { inputs in
      result(
        reference(asked, keys: inputs[0], values: inputs[1]) { query, row, entry in
          (0..<size).reduce(0) {
            let sum =
              inputs[2][query, $1] + inputs[0][row, $1]
              + inputs[4].elements[entry] * inputs[5].elements[$1]
            return $0 + inputs[3].elements[$1] * tanh(sum)
          }
        })
    }
    #expect(faults == [])
  }

  @Test("the gradients of a memory are those of all who asked it, one after the other")
  func severalReadings() {
    let sizes = Sizes(key: 6, value: 4)
    let second = random([2, 6], seed: 8)
    let faults = checkGradients(of: inputs(sizes, queries: 4)) { inputs in
      let memory = AttentionMemory(keys: inputs[0], values: inputs[1], segments: Self.segments)
      let first = memory.attend(inputs[2], to: Self.asked)
      // The second query depends on what the first has read.
      let next = second + first.contexts.sum(axis: 1).rows(0..<2).reshaped(to: [2, 1])
      return result(memory.attend(next, to: [0, 2]))
    } matching: { inputs in
      func dot(_ query: [Double], _ row: Int) -> Double {
        (0..<6).reduce(0) { $0 + query[$1] * inputs[0][row, $1] }
      }
      let first = reference(Self.asked, keys: inputs[0], values: inputs[1]) { query, row, _ in
        dot((0..<6).map { inputs[2][query, $0] }, row)
      }
      let queries = (0..<2).map { query in
        (0..<6).map {
          Double(second.array[query * 6 + $0]) + first.contexts[query].reduce(0, +)
        }
      }
      return result(
        reference([0, 2], keys: inputs[0], values: inputs[1]) { query, row, _ in
          dot(queries[query], row)
        })
    }
    #expect(faults == [])
  }

  @Test("what a query reads has the same bits alone, among others, and on two threads")
  func alone() {
    let layout = SequenceLayout(lengths: [60, 50, 40, 30, 20, 10])
    let (keys, values) = (random([210, 64]), random([210, 96], seed: 2))
    let queries = random([6, 64], seed: 3)
    let vector = random([64], seed: 4)
    func read(_ rows: [Int]) -> AttentionMemory.Reading {
      AttentionMemory(keys: keys, values: values, segments: layout.segments)
        .attend(queries.gatheringRows(rows), to: rows, additive: .init(vector: vector))
    }
    let all = withThreadLimit(2) { read(Array(0..<6)) }
    #expect(sameBits(withThreadLimit(1) { read(Array(0..<6)) }.contexts, all.contexts))
    for row in 0..<6 {
      #expect(sameBits(read([row]).contexts, all.contexts.rows(row..<row + 1)))
    }
    let entries = AttentionMemory(keys: keys, values: values, segments: layout.segments)
      .entries(of: Array(0..<6))
    #expect(sameBits(read([3]).weights, all.weights.rows(entries[3])))
  }
}
