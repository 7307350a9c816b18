import LembraTensor
import LembraTestSupport
import Testing

@Suite("Softmax and cross entropy")
struct SoftmaxTests {
  static let shapes: [Shape] = [[1], [7], [3, 5], [2, 33], [4, 1], [2, 3, 5], [2, 1, 2, 5]]

  @Test("softmax and its logarithm over each row", arguments: shapes)
  func values(shape: Shape) {
    let x = random(shape, in: -4...4)
    #expect(
      checkGradients(of: [x]) {
        $0[0].softmax()
      } matching: {
        $0[0].softmax()
      } == [])
    #expect(
      checkGradients(of: [x]) {
        $0[0].logSoftmax()
      } matching: {
        $0[0].logSoftmax()
      } == [])
  }

  @Test("cross entropy with a class for each row, or none", arguments: shapes)
  func crossEntropies(shape: Shape) {
    let targets: [Int?] = (0..<shape.rows).map { $0 % 3 == 1 ? nil : $0 * 5 % shape.columns }
    let faults = checkGradients(of: [random(shape, in: -4...4)]) {
      $0[0].crossEntropies(targets)
    } matching: {
      let rows = $0[0].logSoftmax().rows
      return Reference(
        zip(rows, targets).map { row, target in target.map { -row[$0] } ?? 0 },
        shape: [rows.count])
    }
    #expect(faults == [])
  }

  @Test("rows of probabilities add up to 1 and do not change when a row is shifted")
  func probabilities() {
    let x = random([5, 17])
    for sum in x.softmax().sum(axis: 1).array { #expect(abs(sum - 1) < 1e-6) }
    #expect(relativeError((x + 64).softmax(), x.softmax()) < 1e-5)
  }

  @Test("large logits do not overflow")
  func large() {
    let x = Tensor([1000, 0, -1000], shape: [1, 3])
    #expect(x.softmax().array == [1, 0, 0])
    #expect(x.logSoftmax().array == [0, -1000, -2000])
    #expect(x.crossEntropies([2]).array == [2000])
  }
}
