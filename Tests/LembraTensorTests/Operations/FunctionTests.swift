import LembraTensor
import LembraTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// An operation on one tensor, element by element, and what it does to a number.
struct UnaryOperation: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let apply: @Sendable (Tensor) -> Tensor
  let reference: @Sendable (Double) -> Double
  var range: ClosedRange<Float> = -4...4

  init(
    _ name: String, in range: ClosedRange<Float> = -4...4,
    _ apply: @escaping @Sendable (Tensor) -> Tensor,
    _ reference: @escaping @Sendable (Double) -> Double
  ) {
    testDescription = name
    self.range = range
    self.apply = apply
    self.reference = reference
  }

  static let all = [
    UnaryOperation("exp", { $0.exp() }, { exp($0) }),
    UnaryOperation("log", in: 0.1...5, { $0.log() }, { log($0) }),
    UnaryOperation("squareRoot", in: 0.1...5, { $0.squareRoot() }, { $0.squareRoot() }),
    UnaryOperation("squared", { $0.squared() }, { $0 * $0 }),
    UnaryOperation("absolute", { $0.absolute() }, { abs($0) }),
    UnaryOperation("reciprocal", in: 0.3...5, { $0.reciprocal() }, { 1 / $0 }),
    UnaryOperation("relu", { $0.relu() }, { max(0, $0) }),
    UnaryOperation("gelu", { $0.gelu() }, { $0 * (1 + erf($0 / 2.0.squareRoot())) / 2 }),
    UnaryOperation("softplus", { $0.softplus() }, { log1p(exp($0)) }),
    UnaryOperation("clamped", { $0.clamped(to: -1.5...2) }, { min(2, max(-1.5, $0)) }),
    UnaryOperation("sigmoid", { LembraTensor.sigmoid($0) }, { 1 / (1 + exp(-$0)) }),
    UnaryOperation("tanh", { LembraTensor.tanh($0) }, { (exp(2 * $0) - 1) / (exp(2 * $0) + 1) }),
  ]
}

@Suite("Functions are those of analysis, and so are their derivatives")
struct FunctionTests {
  @Test("values and gradients", arguments: UnaryOperation.all)
  func gradients(operation: UnaryOperation) {
    for shape: Shape in [[], [1], [37], [3, 5], [2, 33], [2, 3, 5], [2, 1, 3, 5]] {
      let x = random(shape, in: operation.range)
      let faults = checkGradients(of: [x]) {
        operation.apply($0[0])
      } matching: {
        $0[0].map(operation.reference)
      }
      #expect(faults == [], "\(shape)")
    }
  }

  @Test("gradients where a function has a corner are zero")
  func corners() {
    func gradient(_ operation: (Tensor) -> Tensor, at x: [Float]) -> [Float]? {
      let tape = Tape()
      let leaf = tape.leaf(Tensor(x, shape: [x.count]))
      return tape.gradients(of: operation(leaf).sum())[0]?.array
    }
    #expect(gradient({ $0.relu() }, at: [0, -1, 1]) == [0, 0, 1])
    #expect(gradient({ $0.absolute() }, at: [0, -1, 1]) == [0, -1, 1])
    #expect(gradient({ $0.clamped(to: 0...1) }, at: [-1, 0.5, 2]) == [0, 1, 0])
  }

  @Test("large arguments neither overflow nor lose their sign")
  func extremes() {
    let x = Tensor([-200, -1, 0, 1, 200], shape: [5])
    #expect(x.softplus().array[0] == 0)
    #expect(x.softplus().array[4] == 200)
    #expect(sigmoid(x).array[0] == 0)
    #expect(sigmoid(x).array[4] == 1)
    #expect(tanh(x).array[0] == -1)
    #expect(tanh(x).array[4] == 1)
    #expect(x.gelu().array[0] == 0)
    #expect(x.gelu().array[4] == 200)
    #expect(x.exp().array[4] == .infinity)
  }

  @Test("the logarithm of zero is infinite and that of less is not a number")
  func logarithms() {
    let logarithms = Tensor([0, -1], shape: [2]).log().array
    #expect(logarithms[0] == -.infinity)
    #expect(logarithms[1].isNaN)
  }

  @Test("the first bad element is found", arguments: [Float.nan, .infinity, -.infinity])
  func firstNotFinite(bad: Float) {
    var elements = [Float](repeating: 1, count: 70)
    #expect(Tensor(elements, shape: [7, 10]).firstNotFinite == nil)
    for place in [69, 35, 16, 3, 0] {
      elements[place] = bad
      #expect(Tensor(elements, shape: [7, 10]).firstNotFinite == place)
    }
  }
}
