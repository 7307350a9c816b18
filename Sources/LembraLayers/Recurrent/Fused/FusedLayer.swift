import CLembraKernels
import LembraTensor

/// The fused passes of one recurrent layer in one direction.
///
/// A whole run is one record on the tape, whose pullback is backpropagation through time.
struct FusedLayer {
  let cell: lembra_cell
  let weights: GateWeights
  let direction: Direction

  /// What a run begins with: the rows, and the first state, zeros where it is nil.
  struct Input {
    let rows: Tensor
    let layout: SequenceLayout
    let hidden: Tensor?
    let cell: Tensor?
  }

  /// What a run gives: every output row, and the last state in the layout's order.
  struct Output {
    let rows: Tensor
    let hidden: Tensor
    let cell: Tensor?
  }

  /// What the forward pass leaves for the backward pass.
  struct Trace {
    let output: Tensor
    /// The cell vector at every row of an LSTM, empty otherwise.
    let cells: Tensor
    /// `[rows, cell.gate_width]`; the backward pass overwrites it.
    let gates: Storage
  }

  init(_ kind: lembra_cell_kind, _ weights: GateWeights, _ direction: Direction) {
    cell = kernels.recurrent.describe(kind, weights.inputSize, weights.hiddenSize)
    self.weights = weights
    self.direction = direction
  }

  func callAsFunction(_ batch: SequenceBatch, hidden: Tensor?, cellState: Tensor? = nil) -> Output {
    let input = Input(rows: batch.rows, layout: batch.layout, hidden: hidden, cell: cellState)
    check(input)
    let tracked = [
      input.rows, hidden, cellState, weights.input, weights.hidden, weights.inputBias,
      weights.hiddenBias,
    ]
    guard tracked.contains(where: { $0?.isTracked ?? false }) else {
      return forward(input, isTraining: false).output
    }
    let (output, trace) = forward(input, isTraining: true)
    guard let trace else { return output }
    let results = [output.rows, output.hidden] + (output.cell.map { [$0] } ?? [])
    let recorded = Tensor.recorded(results, from: tracked.compactMap(\.self)) { gradients in
      let all = backward(
        input, trace, rows: gradients[0], hidden: gradients[1],
        cellState: gradients.count > 2 ? gradients[2] : nil)
      // One gradient for each input that there is, in the order of `tracked`.
      return zip(tracked, all).filter { $0.0 != nil }.map(\.1)
    }
    return Output(
      rows: recorded[0], hidden: recorded[1], cell: recorded.count > 2 ? recorded[2] : nil)
  }

  /// Traps unless every shape is what the kernels will take it for.
  private func check(_ input: Input) {
    let (gates, units) = (cell.gates * cell.hidden, cell.hidden)
    precondition(
      input.rows.shape[1] == cell.input,
      "a cell with \(cell.input) inputs cannot read \(input.rows.shape[1]) features")
    for state in [input.hidden, input.cell] {
      precondition(
        state.map { $0.shape == [input.layout.batchCount, units] } ?? true,
        "a state of shape \(state?.shape ?? []) for \(input.layout.batchCount) sequences and "
          + "\(units) units")
    }
    precondition(
      weights.input.shape == [gates, cell.input] && weights.hidden.shape == [gates, units],
      "weights of shapes \(weights.input.shape) and \(weights.hidden.shape) for a cell of "
        + "\(units) units")
    for bias in [weights.inputBias, weights.hiddenBias] {
      precondition(
        bias.map { $0.shape == [gates] } ?? true,
        "a bias of shape \(bias?.shape ?? []) for a cell of \(units) units")
    }
  }

  /// The rows `source` of each sequence's last step; `initial`, or zeros, for those without steps.
  func lastRows(of source: Tensor, _ layout: SequenceLayout, initial: Tensor?) -> Tensor {
    let width = weights.hiddenSize
    return Tensor(shape: Shape(rows: layout.batchCount, columns: width)) { out in
      withExtendedLifetime((source, initial)) {
        for position in 0..<layout.batchCount {
          let row = out + position * width
          if let last = layout.lastRow(ofSequence: position, direction) {
            row.update(from: source.unsafeBase + last * width, count: width)
          } else if let initial {
            row.update(from: initial.unsafeBase + position * width, count: width)
          } else {
            row.update(repeating: 0, count: width)
          }
        }
      }
    }
  }
}
