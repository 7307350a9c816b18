import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

/// A recurrent network by its name, which can be handed to another process.
enum RecurrentNetwork: String, CaseIterable, Codable, CustomTestStringConvertible {
  case rnn = "RNN"
  case lstm = "LSTM"
  case gru = "GRU"
  case backwardGRU = "GRU read backward"
  case learningLSTM = "LSTM with a learnt first state"
  case twoRNN = "two RNN"
  case twoLSTM = "two LSTM"
  case twoGRU = "two GRU"
  case bidirectionalLSTM = "bidirectional LSTM"
  case bidirectionalGRU = "bidirectional GRU"
  case twoBidirectionalLSTM = "two bidirectional LSTM"

  var testDescription: String { rawValue }

  /// The calls of a network with 12 inputs and 20 units for sequences of these lengths.
  func calls(lengths: [Int]) -> (infer: () -> Void, train: () -> Void) {
    switch self {
    case .rnn: calls(rnn(), lengths)
    case .lstm: calls(LSTM(lstm()), lengths)
    case .gru: calls(GRU(gru()), lengths)
    case .backwardGRU: calls(GRU(gru(), direction: .backward), lengths)
    case .learningLSTM: calls(LSTM(lstm(), learnsInitialState: true), lengths)
    case .twoRNN: calls(Stack(count: 2, inputSize: 12) { rnn($1) }, lengths)
    case .twoLSTM: calls(Stack(count: 2, inputSize: 12) { LSTM(lstm($1)) }, lengths)
    case .twoGRU: calls(Stack(count: 2, inputSize: 12) { GRU(gru($1)) }, lengths)
    case .bidirectionalLSTM: calls(Bidirectional(forward: lstm(), backward: lstm()), lengths)
    case .bidirectionalGRU: calls(Bidirectional(forward: gru(), backward: gru()), lengths)
    case .twoBidirectionalLSTM:
      calls(
        Stack(count: 2, inputSize: 12) { Bidirectional(forward: lstm($1), backward: lstm($1)) },
        lengths)
    }
  }

  private func calls(
    _ layer: some SequenceLayer, _ lengths: [Int]
  ) -> (infer: () -> Void, train: () -> Void) {
    let subject = LayerWithInput(layer, SequenceBatch(lengths: lengths, features: 12))
    return (subject.infer, subject.train)
  }

  private static let key = RandomKey(seed: 61)

  private func rnn(_ inputs: Int = 12) -> RNN {
    RNN(RNNCell(inputSize: inputs, hiddenSize: 20, key: Self.key))
  }

  private func lstm(_ inputs: Int = 12) -> LSTMCell {
    LSTMCell(inputSize: inputs, hiddenSize: 20, key: Self.key)
  }

  private func gru(_ inputs: Int = 12) -> GRUCell {
    GRUCell(inputSize: inputs, hiddenSize: 20, key: Self.key)
  }
}

extension SequenceBatch {
  /// Sequences of random numbers.
  init(lengths: [Int], features: Int) {
    let layout = SequenceLayout(lengths: lengths)
    self.init(rows: random([layout.rowCount, features], in: -1...1), layout: layout)
  }
}
