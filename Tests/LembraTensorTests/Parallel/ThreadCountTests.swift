import LembraTensor
import LembraTestSupport
import Testing

/// The shapes are large enough that several threads take part.
@Suite("Results do not depend on the number of threads", .serialized)
struct ThreadCountTests {
  /// What `operation` makes of its inputs, and the gradients of all of them.
  private func results(_ inputs: [Tensor], _ operation: ([Tensor]) -> Tensor) -> [Tensor] {
    let tape = Tape()
    let value = operation(inputs.map(tape.leaf))
    let weights = random(value.shape, seed: 77)
    return [value.detached] + tape.gradients(of: (value * weights).sum()).compactMap(\.self)
  }

  private func isSame(_ inputs: [Tensor], _ operation: ([Tensor]) -> Tensor) -> Bool {
    isSameOnAnyNumberOfThreads { results(inputs, operation) }
  }

  /// Many rows are cut by rows, few by columns.
  @Test(arguments: [[96, 70, 130], [5, 300, 400], [1, 700, 700], [300, 40, 33]])
  func matrixProducts(extents: [Int]) {
    let a = random([extents[0], extents[1]], seed: 1)
    let b = random([extents[1], extents[2]], seed: 2)
    #expect(isSame([a, b]) { $0[0].matmul($0[1]) })
    #expect(
      isSame([a, b.transposed(), random([extents[2]], seed: 3)]) { $0[0].affine($0[1], $0[2]) })
  }

  @Test func softmax() {
    let x = random([150, 70], in: -4...4)
    #expect(isSame([x]) { $0[0].softmax() })
    #expect(isSame([x]) { $0[0].logSoftmax() })
    #expect(isSame([x]) { $0[0].crossEntropies((0..<150).map { $0 % 70 }) })
  }

  @Test func sums() {
    let x = random([170, 210])
    #expect(isSame([x]) { $0[0].sum() })
    #expect(isSame([random([400, 210])]) { $0[0].sum() })
    #expect(isSame([x]) { $0[0].sum(axis: 0) })
    #expect(isSame([x]) { $0[0].sum(axis: 1) })
    #expect(isSame([x.reshaped(to: [2, 85, 210])]) { $0[0].sum(axis: 1) })
  }

  @Test func elements() {
    let x = random([230, 211], in: 0.5...2)
    #expect(isSame([x, random([211], in: 0.5...2)]) { $0[0] / $0[1] })
    #expect(isSame([x, random([230, 1])]) { $0[0] * $0[1] })
    #expect(isSame([x]) { tanh($0[0].log()) + sigmoid($0[0]).gelu() })
  }

  @Test func dropout() {
    let x = random([170, 90])
    let key = RandomKey(seed: 8)
    #expect(isSame([x]) { $0[0].dropout(0.3, key: key) })
    let identities = (0..<170).map { UInt64($0 * 31) }
    #expect(isSame([x]) { $0[0].dropout(0.3, key: key, rowIdentities: identities) })
  }

  @Test func lookups() {
    let table = random([50, 130])
    let indices = (0..<400).map { $0 * $0 % 50 }
    #expect(isSame([table]) { $0[0].gatheringRows(indices) })
    #expect(isSame([random([400, 130])]) { $0[0].scatteringRows(to: indices, count: 50) })
  }

  @Test func layerNormalization() {
    #expect(
      isSame([random([200, 150]), random([150], seed: 2), random([150], seed: 3)]) {
        $0[0].layerNormalized(scale: $0[1], shift: $0[2])
      })
  }
}
