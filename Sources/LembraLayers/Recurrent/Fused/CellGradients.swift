import CLembraKernels
import LembraTensor

/// The gradients of one cell that the backward pass fills in, nil where none is wanted, and its
/// scratch space.
struct CellGradients {
  private(set) var firstHidden: Tensor?
  private(set) var inputWeights: Tensor?
  private(set) var hiddenWeights: Tensor?
  private(set) var inputBias: Tensor?
  private(set) var hiddenBias: Tensor?

  /// What flows to the step before past `R`, `[N, H]`, of an LSTM or a GRU; in the end an LSTM's
  /// first cell gradient.
  private(set) var carry: Tensor?

  /// Where input rows recur: the gradient before the activations, summed up for each row of the
  /// table, `[V, gate width]`.
  private var table: Tensor?

  /// Whether the gradients of the weights are added to sums that there were.
  private let accumulates: Bool

  /// `R` and `W`, packed for this pass.
  let hiddenPacked: Storage
  let inputPacked: Storage?

  /// Where each gradient goes.
  struct Pointers {
    let firstHidden: UnsafeMutablePointer<Float>?
    let inputWeights: UnsafeMutablePointer<Float>?
    let hiddenWeights: UnsafeMutablePointer<Float>?
    let inputBias: UnsafeMutablePointer<Float>?
    let hiddenBias: UnsafeMutablePointer<Float>?
    let carry: UnsafeMutablePointer<Float>?
    let table: UnsafeMutablePointer<Float>?
    let accumulates: Bool
  }

  /// Makes room for the gradients of what is on a tape.
  ///
  /// The kernels compute the gradients of both weights together, so one that is on a tape brings
  /// the other with it. `reduced` is the shape of the cell below single precision. What arrives is the
  /// gradient of an LSTM's last cell vector. The table, if input rows recur, has `tableRows`. The sums
  /// of the gradients of the weights so far, which begin at a place, are taken to be added to.
  init(
    _ cell: FusedCell, _ reduced: lembra_reduced_cell?, _ layout: SequenceLayout,
    firstHidden first: Tensor?, arriving: Tensor?, needsInput: Bool, tableRows: Int?,
    sums: inout [Tensor?], at place: Int
  ) {
    accumulates = sums[place..<place + cell.weights.count].contains { $0 != nil }
    let shape = cell.shape
    hiddenPacked = Storage(count: reduced?.backward_hidden_floats ?? shape.backward_hidden_floats)
    inputPacked =
      needsInput
      ? Storage(count: reduced?.backward_input_floats ?? shape.backward_input_floats) : nil
    if shape.kind == .lstm || shape.kind == .gru {
      carry =
        arriving?.detached
        ?? Tensor(zeros: Shape(rows: layout.batchCount, columns: shape.hidden))
    }
    // Without rows the kernels have nothing to sum up and write nothing.
    let isEmpty = layout.rowCount == 0
    func room(_ tensor: Tensor?) -> Tensor? {
      tensor.map { isEmpty ? Tensor(zeros: $0.shape) : Tensor(shape: $0.shape) { _ in } }
    }
    if first?.isTracked ?? false { firstHidden = room(first) }
    if let tableRows, needsInput || cell.weights.isTracked {
      table = Tensor(zeros: Shape(rows: tableRows, columns: shape.gate_width))
    }
    guard cell.weights.isTracked else { return }
    var place = place
    func sum(_ weight: Tensor?) -> Tensor? {
      guard accumulates, let weight else { return room(weight) }
      // Nothing changes by adding to -0, not even a zero's sign.
      defer { place += 1 }
      return sums[place].take() ?? Tensor(repeating: -0.0, shape: weight.shape)
    }
    inputWeights = sum(cell.weights.input)
    hiddenWeights = sum(cell.weights.hidden)
    inputBias = sum(cell.weights.inputBias)
    hiddenBias = sum(cell.weights.hiddenBias)
  }

  mutating func pointers() -> Pointers {
    Pointers(
      firstHidden: firstHidden?.unsafeMutableBase(),
      inputWeights: inputWeights?.unsafeMutableBase(),
      hiddenWeights: hiddenWeights?.unsafeMutableBase(),
      inputBias: inputBias?.unsafeMutableBase(), hiddenBias: hiddenBias?.unsafeMutableBase(),
      carry: carry?.unsafeMutableBase(), table: table?.unsafeMutableBase(),
      accumulates: accumulates)
  }
}
