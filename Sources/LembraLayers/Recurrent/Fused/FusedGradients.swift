import CLembraKernels
import LembraTensor

/// The gradients of one cell that the backward pass fills in; nil where none is wanted.
struct FusedGradients {
  var firstHidden: Tensor?
  var inputWeights: Tensor?
  var hiddenWeights: Tensor?
  var inputBias: Tensor?
  var hiddenBias: Tensor?

  /// What flows to the step before past `R`, `[N, H]`; in the end an LSTM's first cell gradient.
  var carry: Tensor

  /// Where each gradient goes.
  struct Pointers {
    let firstHidden: UnsafeMutablePointer<Float>?
    let inputWeights: UnsafeMutablePointer<Float>?
    let hiddenWeights: UnsafeMutablePointer<Float>?
    let inputBias: UnsafeMutablePointer<Float>?
    let hiddenBias: UnsafeMutablePointer<Float>?
    let carry: UnsafeMutablePointer<Float>
  }

  /// Makes room for the gradients of what is on a tape.
  ///
  /// The kernels compute the gradients of both weights together, so one that is on a tape brings
  /// the other with it. What arrives is the gradient of an LSTM's last cell vector.
  init(
    _ cell: FusedCell, _ state: FusedNetwork.State, _ layout: SequenceLayout, arriving: Tensor?
  ) {
    carry =
      arriving?.detached
      ?? Tensor(zeros: Shape(rows: layout.batchCount, columns: cell.shape.hidden))
    // Without rows the kernels have nothing to sum up and write nothing.
    let isEmpty = layout.rowCount == 0
    func room(_ tensor: Tensor?) -> Tensor? {
      tensor.map { isEmpty ? Tensor(zeros: $0.shape) : Tensor(shape: $0.shape) { _ in } }
    }
    if state.hidden?.isTracked ?? false { firstHidden = room(state.hidden) }
    guard cell.isTracked else { return }
    inputWeights = room(cell.weights.input)
    hiddenWeights = room(cell.weights.hidden)
    inputBias = room(cell.weights.inputBias)
    hiddenBias = room(cell.weights.hiddenBias)
  }

  mutating func pointers() -> Pointers {
    Pointers(
      firstHidden: firstHidden?.unsafeMutableBase(),
      inputWeights: inputWeights?.unsafeMutableBase(),
      hiddenWeights: hiddenWeights?.unsafeMutableBase(),
      inputBias: inputBias?.unsafeMutableBase(), hiddenBias: hiddenBias?.unsafeMutableBase(),
      carry: carry.unsafeMutableBase())
  }
}
