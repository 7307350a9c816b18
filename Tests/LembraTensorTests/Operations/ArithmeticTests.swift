import LembraTensor
import LembraTestSupport
import Testing

/// An operation on two tensors, element by element, and what it does to two numbers.
struct BinaryOperation: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let apply: @Sendable (Tensor, Tensor) -> Tensor
  let reference: @Sendable (Double, Double) -> Double

  static let differentiable = [
    BinaryOperation(testDescription: "+", apply: { $0 + $1 }, reference: +),
    BinaryOperation(testDescription: "-", apply: { $0 - $1 }, reference: -),
    BinaryOperation(testDescription: "*", apply: { $0 * $1 }, reference: *),
    BinaryOperation(testDescription: "/", apply: { $0 / $1 }, reference: /),
    BinaryOperation(testDescription: "maximum", apply: Tensor.maximum, reference: max),
    BinaryOperation(testDescription: "minimum", apply: Tensor.minimum, reference: min),
  ]

  static let comparisons = [
    BinaryOperation(
      testDescription: "greater", apply: { $0.greater(than: $1) },
      reference: { $0 > $1 ? 1 : 0 }),
    BinaryOperation(
      testDescription: "less", apply: { $0.less(than: $1) }, reference: { $0 < $1 ? 1 : 0 }),
    BinaryOperation(
      testDescription: "equal", apply: { $0.equal(to: $1) }, reference: { $0 == $1 ? 1 : 0 }),
  ]
}

/// Two shapes that fit each other.
struct ShapePair: CustomTestStringConvertible, Sendable {
  let first: Shape
  let second: Shape

  var testDescription: String { "\(first) and \(second)" }

  /// Every form of repetition, on either side and on both.
  static let all: [ShapePair] = {
    let oneSided: [(Shape, Shape)] = [
      ([3, 5], [5]), ([3, 5], [1, 5]), ([3, 5], [3, 1]), ([3, 5], []), ([3, 5], [1]),
      ([3, 5], [1, 1]), ([2, 3, 5], [5]), ([2, 3, 5], [2, 3, 1]), ([2, 3, 5], [1, 1, 5]),
      ([2, 3, 5], [1]), ([1, 3, 5], [3, 5]), ([1, 3, 5], [3, 1]), ([2, 1, 2, 3], [2, 1, 2, 1]),
      ([7], []), ([7], [1]), ([1, 7], [7]), ([1, 1], []), ([1, 1, 1], [1]),
    ]
    let bothSides: [(Shape, Shape)] = [([3, 1], [5]), ([3, 1], [1, 5]), ([1, 3, 1], [5])]
    let full: [(Shape, Shape)] = [
      ([], []), ([1], [1]), ([17], [17]), ([3, 5], [3, 5]), ([2, 33], [2, 33]),
      ([2, 3, 5], [2, 3, 5]), ([2, 1, 2, 3], [2, 1, 2, 3]),
    ]
    let pairs = oneSided + bothSides
    return (full + pairs + pairs.map { ($1, $0) }).map { ShapePair(first: $0, second: $1) }
  }()
}

@Suite("Arithmetic is that of numbers, and so are its gradients")
struct ArithmeticTests {
  @Test("two operands of all shapes that fit", arguments: BinaryOperation.differentiable)
  func operands(operation: BinaryOperation) {
    for shapes in ShapePair.all {
      let a = random(shapes.first, seed: 1)
      // Away from zero, which division needs.
      let b = random(shapes.second, in: 0.5...2, seed: 2)
      let faults = checkGradients(of: [a, b]) {
        operation.apply($0[0], $0[1])
      } matching: {
        $0[0].combined(with: $0[1], operation.reference)
      }
      #expect(faults == [], "\(shapes.testDescription)")
    }
  }

  @Test("an operand used as both")
  func sameOperand() {
    let x = random([3, 5], in: 0.5...2)
    #expect(
      checkGradients(of: [x]) {
        $0[0] * $0[0]
      } matching: {
        $0[0] * $0[0]
      } == [])
    #expect(
      checkGradients(of: [x]) {
        $0[0] / $0[0]
      } matching: {
        $0[0] / $0[0]
      } == [])
  }

  @Test("a number on either side", arguments: [Shape([]), [7], [3, 5], [2, 3, 5], [1, 2, 2, 3]])
  func numbers(shape: Shape) {
    let x = random(shape, in: 0.5...2)
    #expect(
      checkGradients(of: [x]) {
        $0[0] + 3
      } matching: {
        $0[0].map { $0 + 3 }
      } == [])
    #expect(
      checkGradients(of: [x]) {
        3 + $0[0]
      } matching: {
        $0[0].map { 3 + $0 }
      } == [])
    #expect(
      checkGradients(of: [x]) {
        $0[0] - 3
      } matching: {
        $0[0].map { $0 - 3 }
      } == [])
    #expect(
      checkGradients(of: [x]) {
        3 - $0[0]
      } matching: {
        $0[0].map { 3 - $0 }
      } == [])
    #expect(
      checkGradients(of: [x]) {
        $0[0] * 3
      } matching: {
        $0[0].map { $0 * 3 }
      } == [])
    #expect(
      checkGradients(of: [x]) {
        3 * $0[0]
      } matching: {
        $0[0].map { 3 * $0 }
      } == [])
    #expect(
      checkGradients(of: [x]) {
        $0[0] / 3
      } matching: {
        $0[0].map { $0 / 3 }
      } == [])
    #expect(
      checkGradients(of: [x]) {
        3 / $0[0]
      } matching: {
        $0[0].map { 3 / $0 }
      } == [])
    #expect(
      checkGradients(of: [x]) {
        -$0[0]
      } matching: {
        $0[0].map { -$0 }
      } == [])
  }

  @Test("where two elements are equal, the gradient of the larger goes to the first")
  func ties() {
    for operation in [Tensor.maximum, Tensor.minimum] {
      let tape = Tape()
      let a = tape.leaf(Tensor([1, 2], shape: [2]))
      let b = tape.leaf(Tensor([1, 2], shape: [2]))
      let gradients = tape.gradients(of: operation(a, b).sum())
      #expect(gradients[0]?.array == [1, 1])
      #expect(gradients[1]?.array == [0, 0])
    }
  }

  @Test("NaN comes through the larger and the smaller of two elements")
  func notNumbers() {
    let x = Tensor([.nan, 1, .nan], shape: [3])
    let y = Tensor([1, .nan, .nan], shape: [3])
    #expect(Tensor.maximum(x, y).array.allSatisfy { $0.isNaN })
    #expect(Tensor.minimum(x, y).array.allSatisfy { $0.isNaN })
  }

  @Test("tensors without elements stay without")
  func empty() {
    let none = Tensor(zeros: [0, 3])
    #expect((none + random([3])).shape == [0, 3])
    #expect((none * none).shape == [0, 3])
    #expect(none.exp().shape == [0, 3])
  }
}
