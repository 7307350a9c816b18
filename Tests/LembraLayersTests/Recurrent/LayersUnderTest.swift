import LembraLayers
import LembraTensor

private func key(_ index: Int) -> RandomKey { RandomKey(seed: 21).folding(index) }

extension LayerUnderTest {
  /// Layers whose state after one part of a sequence is all that the next part needs.
  static let forward = forward(inputs: 3, units: 5) + forward(inputs: 12, units: 17)

  static let all = forward + backward(inputs: 3, units: 5) + backward(inputs: 12, units: 17)

  private static func forward(inputs: Int, units: Int) -> [LayerUnderTest] {
    let sizes = "\(inputs)→\(units)"
    func lstm(_ inputs: Int, _ index: Int) -> LSTM {
      LSTM(LSTMCell(inputSize: inputs, hiddenSize: units, key: key(index)))
    }
    let relu = RNNCell(inputSize: inputs, hiddenSize: units, nonlinearity: .relu, key: key(1))
    let before = GRUCell(
      inputSize: inputs, hiddenSize: units, reset: .beforeProduct, key: key(3))
    let unbiased = GRUCell(inputSize: inputs, hiddenSize: units, hasBias: false, key: key(4))
    var learning = LSTM(
      LSTMCell(inputSize: inputs, hiddenSize: units, key: key(5)), learnsInitialState: true)
    learning.initialState?.hidden = Tensor(uniformIn: -1...1, shape: [1, units], key: key(6))
    learning.initialState?.cell = Tensor(uniformIn: -1...1, shape: [1, units], key: key(7))
    return [
      .init("RNN \(sizes)", RNN(RNNCell(inputSize: inputs, hiddenSize: units, key: key(0)))),
      .init("RNN of relu \(sizes)", RNN(relu)),
      .init("LSTM \(sizes)", lstm(inputs, 0)),
      .init("LSTM with a learnt state \(sizes)", learning),
      .init("GRU \(sizes)", GRU(GRUCell(inputSize: inputs, hiddenSize: units, key: key(2)))),
      .init("GRU with reset before \(sizes)", GRU(before)),
      .init("GRU without biases \(sizes)", GRU(unbiased)),
    ]
      + variants(inputs, units) + [
        .init(
          "minimal gated \(sizes)", isFused: false,
          Recurrent(MinimalGatedCell(inputSize: inputs, hiddenSize: units, key: key(8)))),
        .init(
          "two LSTM \(sizes)",
          Stack(count: 2, inputSize: inputs, dropout: 0.5) { lstm($1, $0) }),
        .init(
          "three GRU \(sizes)",
          Stack(count: 3, inputSize: inputs) {
            GRU(GRUCell(inputSize: $1, hiddenSize: units, key: key($0)))
          }),
        .init(
          "two minimal gated \(sizes)", isFused: false,
          Stack(count: 2, inputSize: inputs) {
            Recurrent(MinimalGatedCell(inputSize: $1, hiddenSize: units, key: key($0)))
          }),
      ]
  }

  private static func variants(_ inputs: Int, _ units: Int) -> [LayerUnderTest] {
    CellVariants.lstm.map { name, variant in
      LayerUnderTest(
        "\(name) LSTM \(inputs)→\(units)",
        LSTM(LSTMCell(inputSize: inputs, hiddenSize: units, variant: variant, key: key(9))))
    }
      + CellVariants.gru.map { name, variant in
        LayerUnderTest(
          "\(name) GRU \(inputs)→\(units)",
          GRU(GRUCell(inputSize: inputs, hiddenSize: units, variant: variant, key: key(10))))
      }
      + heads(inputs, 2 * units) + [
        .init(
          "GRU with reset before, of all variants \(inputs)→\(units)",
          GRU(
            GRUCell(
              inputSize: inputs, hiddenSize: units, reset: .beforeProduct,
              variant: .init(isNormalized: true, zoneout: 0.2), key: key(14)))),
        .init(
          "MGU \(inputs)→\(units)",
          MGU(MGUCell(inputSize: inputs, hiddenSize: units, key: key(15)))),
        .init(
          "sLSTM \(inputs)→\(units)",
          SLSTM(SLSTMCell(inputSize: inputs, hiddenSize: units, key: key(16)))),
        .init(
          "sLSTM with an exponential forget gate \(inputs)→\(units)",
          SLSTM(
            SLSTMCell(
              inputSize: inputs, hiddenSize: units, forgetGate: .exponential, key: key(17)))),
        .init(
          "minGRU \(inputs)→\(units)",
          Recurrent(MinGRUCell(inputSize: inputs, hiddenSize: units, key: key(11)))),
        .init(
          "minLSTM \(inputs)→\(units)",
          Recurrent(MinLSTMCell(inputSize: inputs, hiddenSize: units, key: key(12)))),
        .init(
          "independent RNN \(inputs)→\(units)",
          Recurrent(IndRNNCell(inputSize: inputs, hiddenSize: units, key: key(13)))),
      ]
  }

  private static func heads(_ inputs: Int, _ units: Int) -> [LayerUnderTest] {
    let sizes = "\(inputs)→\(units)"
    return [
      .init(
        "LSTM of two heads \(sizes)",
        LSTM(
          LSTMCell(inputSize: inputs, hiddenSize: units, variant: .init(heads: 2), key: key(18)))),
      .init(
        "GRU of many heads, reset before \(sizes)",
        GRU(
          GRUCell(
            inputSize: inputs, hiddenSize: units, reset: .beforeProduct,
            variant: .init(heads: units / 2), key: key(19)))),
      .init(
        "sLSTM of two heads \(sizes)",
        SLSTM(SLSTMCell(inputSize: inputs, hiddenSize: units, heads: 2, key: key(20)))),
    ]
  }

  private static func backward(inputs: Int, units: Int) -> [LayerUnderTest] {
    let sizes = "\(inputs)→\(units)"
    func lstm(_ inputs: Int, _ index: Int) -> LSTMCell {
      LSTMCell(inputSize: inputs, hiddenSize: units, key: key(index))
    }
    func gru(_ index: Int, _ reset: GRUCell.Reset) -> GRUCell {
      GRUCell(inputSize: inputs, hiddenSize: units, reset: reset, key: key(index))
    }
    func minimal(_ index: Int) -> MinimalGatedCell {
      MinimalGatedCell(inputSize: inputs, hiddenSize: units, key: key(index))
    }
    let merges: [Bidirectional<LSTMCell>.Merge] = [.concatenate, .sum, .mean, .product]
    let merged = merges.map { merge in
      LayerUnderTest(
        "bidirectional LSTM, \(merge) \(sizes)",
        Bidirectional(forward: lstm(inputs, 0), backward: lstm(inputs, 1), merge: merge))
    }
    return merged + [
      .init("LSTM read backward \(sizes)", LSTM(lstm(inputs, 0), direction: .backward)),
      .init(
        "bidirectional GRU \(sizes)",
        Bidirectional(forward: gru(0, .afterProduct), backward: gru(1, .afterProduct))),
      .init(
        "bidirectional GRU with reset before \(sizes)",
        Bidirectional(
          forward: gru(0, .beforeProduct), backward: gru(1, .beforeProduct),
          learnsInitialState: true)),
      .init(
        "bidirectional sLSTM with a learnt state \(sizes)",
        Bidirectional(
          forward: SLSTMCell(inputSize: inputs, hiddenSize: units, key: key(21)),
          backward: SLSTMCell(inputSize: inputs, hiddenSize: units, key: key(22)),
          learnsInitialState: true)),
      .init(
        "bidirectional MGU \(sizes)",
        Bidirectional(
          forward: MGUCell(inputSize: inputs, hiddenSize: units, key: key(23)),
          backward: MGUCell(inputSize: inputs, hiddenSize: units, key: key(24)), merge: .sum)),
      .init(
        "bidirectional minimal gated \(sizes)", isFused: false,
        Bidirectional(forward: minimal(0), backward: minimal(1), merge: .sum)),
      .init(
        "two bidirectional LSTM \(sizes)",
        Stack(count: 2, inputSize: inputs) {
          Bidirectional(forward: lstm($1, 2 * $0), backward: lstm($1, 2 * $0 + 1))
        }),
    ]
  }
}
