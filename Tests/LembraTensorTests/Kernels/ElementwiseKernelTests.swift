import CLembraKernels
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite("Elementwise kernels of one operand")
struct ElementwiseKernelTests {
  struct Function: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let kernel: @Sendable (lembra_elementwise) -> lembra_unary
    let reference: @Sendable (Double) -> Double
    let ulps: Double
    var range: ClosedRange<Float> = -20...20

    static let all = [
      Function(testDescription: "negate", kernel: { $0.negate }, reference: { -$0 }, ulps: 0),
      Function(
        testDescription: "exp", kernel: { $0.exp }, reference: { exp($0) }, ulps: 2,
        range: -110...95),
      Function(
        testDescription: "log", kernel: { $0.log }, reference: { log($0) }, ulps: 2, range: 0...9),
      Function(
        testDescription: "sqrt", kernel: { $0.sqrt }, reference: { $0.squareRoot() }, ulps: 0.5,
        range: 0...9),
      Function(testDescription: "square", kernel: { $0.square }, reference: { $0 * $0 }, ulps: 0.5),
      Function(
        testDescription: "absolute", kernel: { $0.absolute }, reference: { abs($0) }, ulps: 0),
      Function(
        testDescription: "reciprocal", kernel: { $0.reciprocal }, reference: { 1 / $0 }, ulps: 0.5),
      Function(testDescription: "tanh", kernel: { $0.tanh }, reference: { tanh($0) }, ulps: 3),
      Function(
        testDescription: "sigmoid", kernel: { $0.sigmoid }, reference: sigmoid, ulps: 3,
        range: -110...30),
      Function(testDescription: "relu", kernel: { $0.relu }, reference: { max($0, 0) }, ulps: 0),
      Function(
        testDescription: "gelu", kernel: { $0.gelu }, reference: { $0 * normalDistribution($0) },
        ulps: 9),
      Function(
        testDescription: "softplus", kernel: { $0.softplus }, reference: softplus, ulps: 3,
        range: -110...95),
    ]
  }

  func apply(_ function: lembra_unary, _ x: [Float]) -> [Float] {
    written(x.count) { function(x, $0, x.count) }
  }

  @Test(
    "follow their reference at every length, in place too",
    arguments: InstructionSet.supported, Function.all)
  func accuracy(set: InstructionSet, function: Function) {
    let kernel = function.kernel(set.elementwise)
    for count in oddCounts + [20_000] {
      let x = samples(count, in: function.range)
      let y = apply(kernel, x)
      let wrong = zip(x, y).filter {
        distanceInUlps($1, function.reference(Double($0))) > function.ulps
      }
      #expect(wrong.isEmpty)
      #expect(bits(updated(x) { kernel($0, $0, count) }) == bits(y))
    }
  }

  @Test(
    "hold near zero, at the ends of the range and beyond it",
    arguments: InstructionSet.supported, Function.all)
  func extremes(set: InstructionSet, function: Function) {
    let tiny = Float.leastNonzeroMagnitude, normal = Float.leastNormalMagnitude
    let magnitudes = [
      tiny, 7 * tiny, normal / 2, normal, 1e-30, 1e-10, 1e-5, 1e-3, 0.5, 1, 2, 14, 30, 87, 88.7,
      88.8, 104, 200, 1e10, 1e30, .greatestFiniteMagnitude,
    ]
    let x = magnitudes + magnitudes.map { -$0 } + [0, -.zero, .infinity, .nan]
    for (x, y) in zip(x, apply(function.kernel(set.elementwise), x)) {
      let error = distanceInUlps(y, function.reference(Double(x)))
      #expect(error <= function.ulps, "\(x) gives \(y)")
    }
  }

  @Test(
    "have the limits and signs of zero of the real functions", arguments: InstructionSet.supported)
  func limits(set: InstructionSet) {
    let kernels = set.elementwise
    #expect(apply(kernels.exp, [-.infinity, .infinity]) == [0, .infinity])
    #expect(apply(kernels.log, [0, -.zero, .infinity]) == [-.infinity, -.infinity, .infinity])
    #expect(
      apply(kernels.log, [-1, -.infinity, -Float.leastNonzeroMagnitude]).allSatisfy { $0.isNaN })
    #expect(apply(kernels.sigmoid, [-.infinity, .infinity]) == [0, 1])
    #expect(apply(kernels.tanh, [-.infinity, .infinity]) == [-1, 1])
    #expect(apply(kernels.softplus, [-.infinity, .infinity]) == [0, .infinity])
    #expect(apply(kernels.gelu, [-.infinity, .infinity]) == [0, .infinity])
    #expect(apply(kernels.relu, [-.infinity, .infinity]) == [0, .infinity])
    #expect(apply(kernels.sqrt, [-1, .infinity])[1] == .infinity)
    #expect(apply(kernels.sqrt, [-1])[0].isNaN)
    for kernel in [kernels.tanh, kernels.gelu, kernels.sqrt] {
      #expect(apply(kernel, [-.zero, 0]).map(\.sign) == [.minus, .plus])
    }
  }

  @Test(
    "give the same bits however the call is cut",
    arguments: InstructionSet.supported, Function.all)
  func cuts(set: InstructionSet, function: Function) {
    let kernel = function.kernel(set.elementwise), x = samples(200, in: function.range)
    let whole = apply(kernel, x)
    for cut in [0, 1, 7, 16, 31, 64, 150, 199] {
      let parts = apply(kernel, Array(x[..<cut])) + apply(kernel, Array(x[cut...]))
      #expect(bits(parts) == bits(whole))
    }
  }

  @Test("have pullbacks that follow the derivative", arguments: InstructionSet.supported)
  func pullbacks(set: InstructionSet) {
    let kernels = set.elementwise
    // Saved value, and the derivative from it.
    let cases: [(String, lembra_pullback, ClosedRange<Float>, (Double) -> Double)] = [
      ("sqrt", kernels.sqrt_pullback, 0.1...5, { 1 / (2 * $0) }),
      ("absolute", kernels.absolute_pullback, -2...2, { $0 < 0 ? -1 : 1 }),
      ("reciprocal", kernels.reciprocal_pullback, -3...3, { -$0 * $0 }),
      ("tanh", kernels.tanh_pullback, -1...1, { 1 - $0 * $0 }),
      ("sigmoid", kernels.sigmoid_pullback, 0...1, { $0 * (1 - $0) }),
      ("relu", kernels.relu_pullback, -1...2, { $0 > 0 ? 1 : 0 }),
      ("gelu", kernels.gelu_pullback, -8...8, { normalDistribution($0) + $0 * normalDensity($0) }),
      ("softplus", kernels.softplus_pullback, -30...30, { sigmoid($0) }),
    ]
    for (name, kernel, range, derivative) in cases {
      for count in oddCounts {
        let saved = samples(count, in: range), gradient = samples(count, seed: 2)
        let result = written(count) { kernel(saved, gradient, $0, count) }
        let reference = zip(saved, gradient).map { derivative(Double($0)) * Double($1) }
        expectClose(result, reference, tolerance: 4e-7, name)
        #expect(bits(updated(gradient) { kernel(saved, $0, $0, count) }) == bits(result))
      }
    }
  }

  @Test("have pullbacks that follow PyTorch at the kinks", arguments: InstructionSet.supported)
  func kinks(set: InstructionSet) {
    func pull(_ kernel: lembra_pullback, _ saved: Float, _ gradient: Float = 3) -> Float {
      written(1) { kernel([saved], [gradient], $0, 1) }[0]
    }
    let kernels = set.elementwise
    #expect(pull(kernels.relu_pullback, 0) == 0)
    #expect(pull(kernels.relu_pullback, .nan) == 3)
    #expect(pull(kernels.absolute_pullback, 0) == 0)
    #expect(pull(kernels.absolute_pullback, .nan).isNaN)
    #expect(pull(kernels.sqrt_pullback, 0) == .infinity)
    #expect(pull(kernels.sqrt_pullback, 0, 0).isNaN)
    #expect(pull(kernels.gelu_pullback, 40) == 3)
    #expect(pull(kernels.gelu_pullback, -40) == 0)
    #expect(pull(kernels.softplus_pullback, 200) == 3)
  }
}
