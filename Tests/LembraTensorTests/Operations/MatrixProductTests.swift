import LembraTensor
import LembraTestSupport
import Testing

@Suite("Matrix products")
struct MatrixProductTests {
  /// M, K and N of `[M, K]` times `[K, N]`.
  static let extents = [
    [1, 1, 1], [1, 7, 1], [3, 1, 5], [3, 5, 7], [2, 3, 33], [5, 17, 2], [1, 4, 70], [19, 2, 3],
  ]

  @Test("the product of two matrices", arguments: extents)
  func matmul(extents: [Int]) {
    let a = random([extents[0], extents[1]], seed: 1)
    let b = random([extents[1], extents[2]], seed: 2)
    let faults = checkGradients(of: [a, b]) {
      $0[0].matmul($0[1])
    } matching: {
      $0[0].matmul($0[1])
    }
    #expect(faults == [])
  }

  @Test("an affine map of rows, with and without a bias", arguments: extents)
  func affine(extents: [Int]) {
    let x = random([extents[0], extents[1]], seed: 1)
    let weight = random([extents[2], extents[1]], seed: 2)
    let bias = random([extents[2]], seed: 3)
    let withBias = checkGradients(of: [x, weight, bias]) {
      $0[0].affine($0[1], $0[2])
    } matching: {
      $0[0].affine($0[1], $0[2])
    }
    #expect(withBias == [])
    let without = checkGradients(of: [x, weight]) {
      $0[0].affine($0[1])
    } matching: {
      $0[0].affine($0[1])
    }
    #expect(without == [])
  }

  @Test("an affine map of the last axis", arguments: [Shape([3]), [2, 5, 3], [2, 1, 2, 3]])
  func affineOfManyAxes(shape: Shape) {
    let faults = checkGradients(of: [random(shape), random([4, 3]), random([4])]) {
      $0[0].affine($0[1], $0[2])
    } matching: {
      $0[0].affine($0[1], $0[2])
    }
    #expect(faults == [])
  }

  @Test("products of large matrices")
  func large() {
    let a = random([67, 45], seed: 1)
    let b = random([45, 130], seed: 2)
    let expected = Reference(a).matmul(Reference(b)).tensor
    #expect(relativeError(a.matmul(b), expected) < 1e-5)
    #expect(relativeError(a.affine(b.transposed()), expected) < 1e-5)
  }

  @Test("each row of a product is what it is alone")
  func rowsAlone() {
    let x = random([23, 19], seed: 1)
    let weight = random([21, 19], seed: 2)
    let bias = random([21], seed: 3)
    let all = x.affine(weight, bias)
    for row in 0..<23 {
      let alone = x.rows(row..<row + 1).affine(weight, bias)
      #expect(sameBits(alone, all.rows(row..<row + 1)))
    }
  }

  @Test("products without rows, without columns and over nothing")
  func empty() {
    #expect(random([0, 3]).matmul(random([3, 2])).shape == [0, 2])
    #expect(random([2, 3]).matmul(random([3, 0])).shape == [2, 0])
    #expect(random([2, 0]).matmul(random([0, 3])) == Tensor(zeros: [2, 3]))
    #expect(random([0, 3]).affine(random([2, 3]), random([2])).shape == [0, 2])
    let faults = checkGradients(of: [random([0, 3]), random([2, 3]), random([2])]) {
      $0[0].affine($0[1], $0[2])
    } matching: {
      $0[0].affine($0[1], $0[2])
    }
    #expect(faults == [])
  }
}
