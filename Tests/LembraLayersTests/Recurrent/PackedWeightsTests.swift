import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

private let key = RandomKey(seed: 41)

/// What was packed for an inference must never serve other weights.
@Suite("Packed weights follow the weights")
struct PackedWeightsTests {
  @Test("after a change in place, in a copy, or both in turn")
  func changes() {
    var layer = LSTM(LSTMCell(inputSize: 4, hiddenSize: 6, key: key))
    // Few sequences and many, for which weights may be packed in two ways.
    let batches = [[5, 3], [5, 3, 4, 4, 2]].map { SequenceBatch(sequences($0, features: 4)) }
    func outputs(_ layer: LSTM) -> Tensor {
      Tensor(stacking: batches.map { layer($0).output.rows })
    }
    func fresh(_ layer: LSTM) -> Tensor {
      var copy = layer
      // Tensors of their own, which no packing has seen.
      copy.updateParameters { _, parameter in
        parameter = Tensor(parameter.array, shape: parameter.shape)
      }
      return outputs(copy)
    }
    for round in 0..<3 {
      let kept = layer
      let before = outputs(layer)
      #expect(sameBits(before, outputs(layer)))
      layer.updateParameters { _, parameter in
        var elements = parameter.mutableElements
        elements[round] += 1
      }
      #expect(!sameBits(outputs(layer), before))
      #expect(sameBits(outputs(layer), fresh(layer)))
      #expect(sameBits(outputs(kept), before))
      layer.cell.weights.hiddenBias = nil
      #expect(sameBits(outputs(layer), fresh(layer)))
      layer.cell.weights.hiddenBias = kept.cell.weights.hiddenBias
    }
  }
}
