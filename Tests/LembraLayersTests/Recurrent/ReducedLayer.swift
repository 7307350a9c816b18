import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

private let key = RandomKey(seed: 61)

private struct LayerAndRows<Layer: SequenceLayer>: Module {
  var layer: Layer
  var rows: Tensor

  mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("layer", &layer)
    walk("rows", &rows)
  }
}

/// A layer of any type that runs at every precision.
struct ReducedLayer: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let inputSize: Int
  let run:
    @Sendable (_ input: SequenceBatch, _ precision: Precision) -> (
      output: SequenceBatch, state: [Tensor]
    )
  let network: @Sendable () -> FusedNetwork?

  /// The gradients of the parameters, of a sum of what a run gives, at a precision.
  let gradients: @Sendable (_ input: SequenceBatch, _ precision: Precision, Unrolling) -> [Tensor]

  init<Layer: SequenceLayer>(_ name: String, _ layer: Layer) where Layer.State: ListedState {
    testDescription = name
    inputSize = layer.inputSize
    run = { input, precision in
      let (output, state) = layer.running(at: precision)(input)
      return (output, state.tensors)
    }
    network = { layer.fused(dropsOut: false) }
    gradients = { input, precision, unrolling in
      let module = LayerAndRows(layer: layer.running(at: precision), rows: input.rows)
      return valueAndGradients(of: module) { module in
        let batch = SequenceBatch(rows: module.rows, layout: input.layout)
        let (output, state) = module.layer(batch, unrolling: unrolling)
        return state.tensors.reduce(output.rows.squared().sum()) { $0 + $1.sum() }
      }.gradients.values.compactMap(\.self)
    }
  }

  /// Each output of each sequence, and the last state.
  func results(_ sequences: [Tensor], _ precision: Precision) -> [Tensor] {
    let (output, state) = run(SequenceBatch(sequences), precision)
    return output.sequences + state
  }

  private static func lstm(_ inputs: Int, _ units: Int, _ index: Int = 0) -> LSTM {
    LSTM(LSTMCell(inputSize: inputs, hiddenSize: units, key: key.folding(index)))
  }

  private static func gru(_ inputs: Int, _ units: Int, _ index: Int = 0) -> GRUCell {
    GRUCell(inputSize: inputs, hiddenSize: units, key: key.folding(index))
  }

  static let all: [ReducedLayer] = [
    .init("LSTM", lstm(5, 21)),
    .init("LSTM of 130 units", lstm(64, 130)),
    .init("GRU", GRU(gru(12, 70))),
    .init("GRU read backward", GRU(gru(9, 33), direction: .backward)),
    .init("RNN", RNN(RNNCell(inputSize: 3, hiddenSize: 100, key: key))),
    .init("RNN of relu", RNN(RNNCell(inputSize: 9, hiddenSize: 33, nonlinearity: .relu, key: key))),
    .init(
      "GRU with a learnt state", GRU(gru(3, 9), learnsInitialState: true)),
    .init(
      "three LSTM", Stack(count: 3, inputSize: 7, dropout: 0.2) { lstm($1, 40, $0) }),
    .init(
      "two bidirectional GRU",
      Stack(count: 2, inputSize: 10) {
        Bidirectional(forward: gru($1, 18, 2 * $0), backward: gru($1, 18, 2 * $0 + 1))
      }),
  ]
}
