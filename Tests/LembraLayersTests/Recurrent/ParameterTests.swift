import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

@Suite("Parameters of recurrent layers")
struct ParameterTests {
  @Test(
    "every stored tensor is a parameter, under a name of its own",
    arguments: LayerUnderTest.all)
  func visits(layer: LayerUnderTest) {
    #expect(layer.parameters.count == layer.storedTensors)
    #expect(Set(layer.parameters.map(\.name)).count == layer.parameters.count)
  }

  @Test("every parameter has a gradient of its shape", arguments: LayerUnderTest.all)
  func gradients(layer: LayerUnderTest) throws {
    let batch = SequenceBatch(sequences([3, 1, 4], features: layer.inputSize))
    let state = layer.randomState(for: batch)
    let (_, _, gradients) = layer.train(batch, state)
    let given = layer.parameters.map(\.value) + [batch.rows] + state
    #expect(gradients.count == given.count)
    for (index, value) in given.enumerated() {
      // A state that is given takes the place of one that was learnt.
      if index < layer.parameters.count, layer.parameters[index].name.hasPrefix("initial") {
        continue
      }
      let gradient = try #require(gradients[index])
      #expect(gradient.shape == value.shape)
      #expect(gradient.array.contains { $0 != 0 })
    }
  }

  @Test("two bidirectional LSTM layers have the names and shapes of PyTorch's")
  func names() {
    let layer = Stack(count: 2, inputSize: 3) { index, inputs in
      let cell = LSTMCell(inputSize: inputs, hiddenSize: 4, key: RandomKey(seed: UInt64(index)))
      return Bidirectional(forward: cell, backward: cell)
    }
    let names = layer.parameters.map { "\($0.name) \($0.value.shape)" }
    let expected = [
      "weight_ih_l0 [16, 3]", "weight_hh_l0 [16, 4]", "bias_ih_l0 [16]", "bias_hh_l0 [16]",
      "weight_ih_l0_reverse [16, 3]", "weight_hh_l0_reverse [16, 4]", "bias_ih_l0_reverse [16]",
      "bias_hh_l0_reverse [16]", "weight_ih_l1 [16, 8]", "weight_hh_l1 [16, 4]", "bias_ih_l1 [16]",
      "bias_hh_l1 [16]", "weight_ih_l1_reverse [16, 8]", "weight_hh_l1_reverse [16, 4]",
      "bias_ih_l1_reverse [16]", "bias_hh_l1_reverse [16]",
    ]
    #expect(names == expected)
    #expect(layer.parameterCount == 2 * (16 * 7 + 32) + 2 * (16 * 12 + 32))
  }

  @Test("a layer inside a module has the module's name before its own")
  func path() {
    struct Model: Module {
      var rnn: GRU
      var head: Linear

      mutating func visitParameters(_ walk: inout ParameterWalk) {
        walk("rnn", &rnn)
        walk("head", &head)
      }
    }
    let key = RandomKey(seed: 1)
    let model = Model(
      rnn: GRU(GRUCell(inputSize: 2, hiddenSize: 3, hasBias: false, key: key)),
      head: Linear(inputSize: 3, outputSize: 1, key: key))
    #expect(
      model.parameters.map(\.name) == [
        "rnn.weight_ih_l0", "rnn.weight_hh_l0", "head.weight", "head.bias",
      ])
  }

  @Test("layers that do not fit each other")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      let key = RandomKey(seed: 1)
      _ = Stack([
        RNN(RNNCell(inputSize: 2, hiddenSize: 3, key: key)),
        RNN(RNNCell(inputSize: 2, hiddenSize: 3, key: key)),
      ])
    }
    await #expect(processExitsWith: .failure) {
      let key = RandomKey(seed: 1)
      _ = Bidirectional(
        forward: RNNCell(inputSize: 2, hiddenSize: 3, key: key),
        backward: RNNCell(inputSize: 2, hiddenSize: 4, key: key))
    }
    await #expect(processExitsWith: .failure) {
      _ = LSTMCell(inputSize: 0, hiddenSize: 3, key: RandomKey(seed: 1))
    }
  }
}
