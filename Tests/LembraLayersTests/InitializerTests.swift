import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

@Suite("First values of weights")
struct InitializerTests {
  private let key = RandomKey(seed: 2)

  /// A matrix of 80 outputs and 120 inputs.
  private func drawn(_ initializer: Initializer) -> [Float] {
    initializer([80, 120], key: key).array
  }

  private func variance(_ values: [Float]) -> Double {
    values.reduce(0) { $0 + Double($1) * Double($1) } / Double(values.count)
  }

  @Test("fixed values")
  func constants() {
    #expect(drawn(.zeros).allSatisfy { $0 == 0 })
    #expect(drawn(.constant(0.25)).allSatisfy { $0 == 0.25 })
  }

  @Test(
    "uniform values stay within their bound and reach it",
    arguments: [
      (Initializer.uniform(bound: 0.3), Float(0.3)),
      (.glorotUniform, (6 / Float(200)).squareRoot()), (.heUniform, (6 / Float(120)).squareRoot()),
    ])
  func uniform(initializer: Initializer, bound: Float) {
    let values = drawn(initializer)
    #expect(values.allSatisfy { abs($0) <= bound })
    #expect((values.max() ?? 0) > 0.99 * bound)
    #expect((values.min() ?? 0) < -0.99 * bound)
    #expect(abs(variance(values) / Double(bound * bound / 3) - 1) < 0.05)
  }

  @Test(
    "normal values have their variance and exceed every bound",
    arguments: [
      (Initializer.normal(standardDeviation: 0.5), 0.25), (.glorotNormal, 2 / 200.0),
      (.heNormal, 2 / 120.0),
    ])
  func normal(initializer: Initializer, expected: Double) {
    let values = drawn(initializer)
    #expect(abs(variance(values) / expected - 1) < 0.06)
    #expect(values.contains { Double($0) > 3 * expected.squareRoot() })
  }

  @Test(
    "orthogonal rows, or columns where there are fewer",
    arguments: [Shape([5, 5]), [4, 9], [9, 4], [1, 7], [64, 64]])
  func orthogonal(shape: Shape) {
    let matrix = Initializer.orthogonal(shape, key: key)
    #expect(matrix.shape == shape)
    let isWide = shape[0] <= shape[1]
    let product =
      isWide ? matrix.matmul(matrix.transposed()) : matrix.transposed().matmul(matrix)
    let identity = Reference(shape: product.shape) { $0[0] == $0[1] ? 1 : 0 }
    #expect(relativeError(product, identity.tensor) < 1e-5)
  }

  @Test("recurrent weights are PyTorch's unless told otherwise")
  func recurrent() {
    let cell = LSTMCell(inputSize: 30, hiddenSize: 25, key: key)
    for (name, value) in cell.parameters {
      #expect(value.array.allSatisfy { abs($0) <= 0.2 }, "\(name)")
      #expect(value.array.contains { abs($0) > 0.19 }, "\(name)")
    }
    #expect(cell.weights.inputBias != cell.weights.hiddenBias)
  }

  @Test("each gate is drawn by itself, and the forget gate may begin open")
  func gates() throws {
    let cell = LSTMCell(inputSize: 4, hiddenSize: 6, initialization: .orthogonal, key: key)
    let identity = Reference(shape: [6, 6]) { $0[0] == $0[1] ? 1 : 0 }.tensor
    let gates = (0..<4).map { cell.weights.hidden.rows($0 * 6..<$0 * 6 + 6) }
    for gate in gates { #expect(relativeError(gate.matmul(gate.transposed()), identity) < 1e-5) }
    #expect(Set(gates.map(\.array)).count == 4)
    let bias = try #require(cell.weights.inputBias) + #require(cell.weights.hiddenBias)
    #expect(bias.array == (0..<24).map { (6..<12).contains($0) ? 1 : 0 })
  }

  @Test("a key names the weights")
  func keys() {
    let same = [1, 1, 2].map {
      LSTMCell(inputSize: 2, hiddenSize: 3, key: RandomKey(seed: $0)).weights.input
    }
    #expect(same[0] == same[1])
    #expect(same[0] != same[2])
  }
}
