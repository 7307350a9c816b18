import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

@Suite("Feedforward layers")
struct FeedforwardTests {
  private let key = RandomKey(seed: 5)

  @Test("a linear layer maps rows of any number of axes")
  func linear() {
    let layer = Linear(inputSize: 3, outputSize: 2, key: key)
    #expect(
      layer.parameters.map { "\($0.name) \($0.value.shape)" } == ["weight [2, 3]", "bias [2]"])
    for shape: Shape in [[3], [4, 3], [2, 4, 3]] {
      let faults = checkGradients(of: [random(shape), layer.weight, random([2])]) { inputs in
        var layer = layer
        layer.weight = inputs[1]
        layer.bias = inputs[2]
        return layer(inputs[0])
      } matching: {
        $0[0].affine($0[1], $0[2])
      }
      #expect(faults == [])
    }
  }

  @Test("a linear layer begins as PyTorch's, or with a bias of zero")
  func linearInitialisation() throws {
    let layer = Linear(inputSize: 25, outputSize: 40, key: key)
    let bias = try #require(layer.bias)
    for values in [layer.weight.array, bias.array] {
      #expect(values.allSatisfy { abs($0) <= 0.2 })
      #expect(values.contains { abs($0) > 0.18 })
    }
    let other = Linear(inputSize: 25, outputSize: 40, initializer: .heNormal, key: key)
    #expect(other.bias == Tensor(zeros: [40]))
    let none = Linear(inputSize: 25, outputSize: 40, hasBias: false, key: key)
    #expect(none.parameters.map(\.name) == ["weight"])
  }

  @Test("a perceptron is its layers with the activation between", arguments: Activation.allCases)
  func perceptron(activation: Activation) {
    let layer = MLP(sizes: [3, 5, 4, 2], activation: activation, dropout: 0.5, key: key)
    #expect(layer.parameters.count == storedTensorCount(in: layer))
    #expect(layer.parameters.map(\.name).prefix(2) == ["layers.0.weight", "layers.0.bias"])
    let x = random([6, 3])
    let hidden = activation(layer.layers[1](activation(layer.layers[0](x))))
    #expect(layer(x) == layer.layers[2](hidden))
    #expect(layer(x, dropoutKey: key) != layer(x))
    #expect(layer(x, dropoutKey: key) == layer(x, dropoutKey: key))
  }

  @Test("an embedding gives the vectors of tokens and gathers their gradients")
  func embedding() throws {
    let layer = Embedding(tokenCount: 7, outputSize: 3, key: key)
    #expect(layer.tokenCount == 7)
    #expect(layer.outputSize == 3)
    let tokens = [2, 5, 2]
    let (_, gradients) = valueAndGradients(of: layer) { layer in
      let vectors = layer(tokens)
      #expect(vectors.detached == layer.weight.detached.gatheringRows(tokens))
      return vectors.sum()
    }
    let gradient = try #require(gradients.values[0])
    #expect(gradient.sum(axis: 1).array == [0, 0, 6, 0, 0, 3, 0])
  }

  @Test("layer normalisation begins without scale or shift")
  func layerNorm() {
    let layer = LayerNorm(featureCount: 8)
    #expect(layer.parameters.map(\.name) == ["weight", "bias"])
    let y = layer(random([4, 8], in: 3...9))
    for mean in y.mean(axis: 1).array { #expect(abs(mean) < 1e-5) }
    for variance in y.squared().mean(axis: 1).array { #expect(abs(variance - 1) < 1e-4) }
  }

  @Test("dropout needs a key")
  func dropout() {
    let x = random([4, 8])
    let layer = Dropout(rate: 0.5)
    #expect(sameBits(layer(x, key: nil), x))
    #expect(sameBits(layer(x, key: key), x.dropout(0.5, key: key)))
    #expect(layer.parameters.isEmpty)
  }

  @Test("sizes and rates that make no sense")
  func traps() async {
    await #expect(processExitsWith: .failure) { _ = MLP(sizes: [3], key: RandomKey(seed: 1)) }
    await #expect(processExitsWith: .failure) { _ = Dropout(rate: -0.1) }
    await #expect(processExitsWith: .failure) {
      _ = Embedding(tokenCount: 3, outputSize: 2, key: RandomKey(seed: 1))([3])
    }
    await #expect(processExitsWith: .failure) {
      _ = Linear(inputSize: 3, outputSize: 2, key: RandomKey(seed: 1))(Tensor(zeros: [4, 2]))
    }
  }
}
