import LembraTensor
import LembraTestSupport
import Testing

@Suite("Comparisons and choices")
struct ComparisonTests {
  @Test("comparisons give 1 and 0 for all shapes that fit", arguments: BinaryOperation.comparisons)
  func comparisons(operation: BinaryOperation) {
    for shapes in ShapePair.all {
      // A few integers, so that some elements are equal.
      let a = whole(random(shapes.first, seed: 1))
      let b = whole(random(shapes.second, seed: 2))
      let expected = Reference(a).combined(with: Reference(b), operation.reference).tensor
      #expect(operation.apply(a, b) == expected, "\(shapes.testDescription)")
    }
  }

  private func whole(_ x: Tensor) -> Tensor {
    Tensor(x.array.map { $0.rounded() }, shape: x.shape)
  }

  @Test("a comparison has no gradient", arguments: BinaryOperation.comparisons)
  func noGradient(operation: BinaryOperation) {
    let tape = Tape()
    let x = tape.leaf(random([3, 5]))
    #expect(!operation.apply(x, Tensor(0)).isTracked)
    let product = x * operation.apply(x, Tensor(0))
    #expect(tape.gradients(of: product.sum())[0] == operation.apply(x.detached, Tensor(0)))
  }

  /// Shapes of the condition and of the two tensors that it chooses from.
  static let choices: [[Shape]] = [
    [[3, 5], [3, 5], [3, 5]], [[5], [3, 5], [3, 5]], [[3, 1], [3, 5], [3, 5]],
    [[], [3, 5], [3, 5]], [[3, 5], [3, 5], []], [[3, 5], [3, 5], [5]], [[3, 5], [3, 5], [3, 1]],
    [[3, 5], [], [3, 5]], [[3, 5], [5], [3, 1]], [[3, 1], [5], []], [[3, 5], [], []],
    [[2, 3, 5], [2, 3, 5], [5]], [[2, 3, 1], [2, 3, 5], [2, 3, 1]], [[1, 3, 5], [3, 5], [3, 1]],
  ]

  @Test("a choice takes elements of one tensor or the other", arguments: choices)
  func selection(shapes: [Shape]) {
    let condition = random(shapes[0], seed: 1).greater(than: Tensor(0))
    let chooser = Reference(condition)
    let faults = checkGradients(of: [random(shapes[1], seed: 2), random(shapes[2], seed: 3)]) {
      $0[0].selected(where: condition, otherwise: $0[1])
    } matching: {
      chooser * $0[0] + chooser.map { 1 - $0 } * $0[1]
    }
    #expect(faults == [])
  }

  @Test("a mask replaces elements by a number")
  func mask() {
    let mask = random([3, 5], seed: 1).greater(than: Tensor(0))
    let faults = checkGradients(of: [random([3, 5], seed: 2)]) {
      $0[0].masked(where: mask, with: -7)
    } matching: {
      $0[0].combined(with: Reference(mask)) { $1 == 0 ? $0 : -7 }
    }
    #expect(faults == [])
  }

  @Test("NaN in the branch that is not chosen harms neither value nor gradient")
  func notNumbers() throws {
    let tape = Tape()
    let x = tape.leaf(Tensor([-1, 4], shape: [2]))
    let isPositive = x.greater(than: Tensor(0))
    // The root of -1 is not a number, and so is its derivative.
    let value = x.squareRoot().selected(where: isPositive, otherwise: Tensor(0))
    #expect(value.array == [0, 2])
    let safe = x.selected(where: isPositive, otherwise: Tensor(1)).squareRoot()
    let chosen = safe.selected(where: isPositive, otherwise: Tensor(0))
    #expect(tape.gradients(of: chosen.sum())[0]?.array == [0, 0.25])

    let other = Tape()
    let a = other.leaf(Tensor([.nan, 2], shape: [2]))
    let b = other.leaf(Tensor([3, .nan], shape: [2]))
    let picked = a.selected(where: Tensor([0, 1], shape: [2]), otherwise: b)
    #expect(picked.array == [3, 2])
    let gradients = other.gradients(of: (picked * picked).sum())
    #expect(gradients[0]?.array == [0, 4])
    #expect(gradients[1]?.array == [6, 0])
  }
}
