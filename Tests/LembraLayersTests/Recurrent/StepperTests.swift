import LembraLayers
import LembraTensor
import LembraTestSupport
import Testing

@Suite("Steppers")
struct StepperTests {
  private let key = RandomKey(seed: 21)

  /// Advances from a state that the cell itself has made, the input being in two parts.
  private func check<Cell: RecurrentCell>(_ cell: Cell, _ name: String = "") {
    let (count, sizes) = (3, [2, 3])
    let rows = random([count, 5], seed: 4)
    let state = cell.step(random([count, 5], seed: 5), cell.zeroState(batch: count))
    let stepper = cell.stepper(inputSizes: sizes)
    let parts = [rows.columns(0..<2), rows.columns(2..<5)].enumerated().map {
      stepper.projected($1, part: $0)
    }
    let (hidden, next) = stepper.step(parts, state.parameters.map(\.value))
    let expected = cell.step(rows, state)
    #expect(relativeError(hidden, expected.hidden) < 1e-5, "\(Cell.self) \(name)")
    let tensors = expected.parameters.map(\.value)
    #expect(next.count == tensors.count)
    for (own, wanted) in zip(next, tensors) {
      #expect(relativeError(own, wanted) < 1e-5, "\(Cell.self) \(name)")
    }
  }

  @Test("advance as the step does, whatever the cell")
  func steps() {
    let units = 12
    check(RNNCell(inputSize: 5, hiddenSize: units, key: key))
    check(RNNCell(inputSize: 5, hiddenSize: units, nonlinearity: .relu, hasBias: false, key: key))
    for (name, variant) in CellVariants.lstm
      + [("plain", .plain), ("heads", .init(projectionSize: 6, heads: 3))]
    {
      check(LSTMCell(inputSize: 5, hiddenSize: units, variant: variant, key: key), name)
    }
    for (name, variant) in CellVariants.gru + [("plain", .plain), ("heads", .init(heads: 3))] {
      for reset in [GRUCell.Reset.afterProduct, .beforeProduct] {
        check(
          GRUCell(inputSize: 5, hiddenSize: units, reset: reset, variant: variant, key: key), name)
      }
      check(MGUCell(inputSize: 5, hiddenSize: units, variant: variant, key: key), name)
    }
    for gate in [SLSTMCell.ForgetGate.sigmoid, .exponential] {
      check(SLSTMCell(inputSize: 5, hiddenSize: units, heads: 2, forgetGate: gate, key: key))
    }
    check(MinGRUCell(inputSize: 5, hiddenSize: units, key: key))
    check(MinLSTMCell(inputSize: 5, hiddenSize: units, key: key))
    check(IndRNNCell(inputSize: 5, hiddenSize: units, key: key))
    check(MeanCell(inputSize: 5))
  }
}

/// A cell whose output is the last tensor of its state: the mean of all that it has read.
private struct MeanCell: RecurrentCell {
  struct State: RecurrentState {
    var count: Tensor
    var hidden: Tensor

    mutating func visitParameters(_ walk: inout ParameterWalk) {
      walk("count", &count)
      walk("hidden", &hidden)
    }
  }

  let inputSize: Int
  var hiddenSize: Int { inputSize }

  func zeroState(batch: Int) -> State {
    State(count: Tensor(zeros: [batch, inputSize]), hidden: Tensor(zeros: [batch, inputSize]))
  }

  func step(_ input: Tensor, _ state: State) -> State {
    let count = state.count + 1
    return State(count: count, hidden: state.hidden + (input - state.hidden) / count)
  }

  mutating func visitParameters(_ walk: inout ParameterWalk) {}
}
