import LembraTensor
import LembraTestSupport
import Testing

@Suite("Sums, means and maxima")
struct ReductionTests {
  static let shapes: [Shape] = [
    [], [1], [7], [3, 5], [2, 33], [5, 1], [2, 3, 5], [2, 3, 2, 3],
  ]

  @Test("the sum and the mean of all elements", arguments: shapes)
  func whole(shape: Shape) {
    let x = random(shape)
    #expect(
      checkGradients(of: [x]) {
        $0[0].sum()
      } matching: {
        $0[0].sum()
      } == [])
    let count = Double(shape.count)
    let faults = checkGradients(of: [x]) {
      $0[0].mean()
    } matching: {
      $0[0].sum().map { $0 / count }
    }
    #expect(faults == [])
  }

  @Test("the sum and the mean along every axis", arguments: shapes)
  func axes(shape: Shape) {
    let x = random(shape)
    for axis in 0..<shape.rank {
      let sums = checkGradients(of: [x]) {
        $0[0].sum(axis: axis)
      } matching: {
        $0[0].sum(axis: axis)
      }
      #expect(sums == [], "axis \(axis)")
      let length = Double(shape[axis])
      let means = checkGradients(of: [x]) {
        $0[0].mean(axis: axis)
      } matching: {
        $0[0].sum(axis: axis).map { $0 / length }
      }
      #expect(means == [], "axis \(axis)")
    }
  }

  @Test("sums over nothing are zero")
  func empty() {
    #expect(Tensor(zeros: [0, 3]).sum().scalar == 0)
    #expect(Tensor(zeros: [0, 3]).sum(axis: 0) == Tensor(zeros: [3]))
    #expect(Tensor(zeros: [3, 0]).sum(axis: 1) == Tensor(zeros: [3]))
    #expect(Tensor(zeros: [2, 0, 3]).sum(axis: 1) == Tensor(zeros: [2, 3]))
    #expect(Tensor(zeros: [0, 2, 3]).sum(axis: 1).shape == [0, 3])
    #expect(Tensor(zeros: [2, 3, 0]).sum(axis: 1).shape == [2, 0])
  }

  @Test("a sum of many numbers is as exact as its result")
  func exactness() {
    // In single precision the ones would vanish beside the first number.
    let numbers = Tensor([16_777_216] + [Float](repeating: 1, count: 1000), shape: [1001])
    #expect(numbers.sum().scalar == 16_778_216)
    #expect(numbers.reshaped(to: [1, 1001]).sum(axis: 1).scalar == 16_778_216)
    #expect(numbers.reshaped(to: [1001, 1]).sum(axis: 0).scalar == 16_778_216)
    #expect(numbers.sumOfSquares == 281_474_976_710_656 + 1000)
  }

  @Test("the largest of each row", arguments: [Shape([1]), [7], [3, 5], [2, 33], [2, 3, 5]])
  func maxima(shape: Shape) {
    let x = random(shape)
    let faults = checkGradients(of: [x]) {
      $0[0].rowMaxima()
    } matching: {
      $0[0].reduceRows { $0.max() ?? 0 }
    }
    #expect(faults == [])
    let places = Reference(x).rows.map { row in row.indices.max { row[$0] < row[$1] } }
    #expect(x.argmax() == places)
  }

  @Test("of several largest elements the first counts")
  func ties() {
    let tape = Tape()
    let x = tape.leaf(Tensor([1, 3, 3, 2, 2, 2], shape: [2, 3]))
    #expect(x.argmax() == [1, 0])
    #expect(tape.gradients(of: x.rowMaxima().sum())[0]?.array == [0, 1, 0, 1, 0, 0])
  }
}
