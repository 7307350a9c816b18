import LembraTensor

/// The gradients that the backward pass of a fused layer fills in; nil where none is wanted.
struct FusedGradients {
  var rows: Tensor?
  var firstHidden: Tensor?
  var inputWeights: Tensor?
  var hiddenWeights: Tensor?
  var inputBias: Tensor?
  var hiddenBias: Tensor?

  /// Where each gradient goes.
  struct Pointers {
    let rows: UnsafeMutablePointer<Float>?
    let firstHidden: UnsafeMutablePointer<Float>?
    let inputWeights: UnsafeMutablePointer<Float>?
    let hiddenWeights: UnsafeMutablePointer<Float>?
    let inputBias: UnsafeMutablePointer<Float>?
    let hiddenBias: UnsafeMutablePointer<Float>?
  }

  /// Makes room for the gradients of the inputs that are on a tape.
  ///
  /// The kernels compute the gradients of both weights together, so one that is on a tape brings
  /// the other with it.
  init(_ input: FusedLayer.Input, _ weights: GateWeights) {
    // Without rows the kernels have nothing to sum up and write nothing.
    let isEmpty = input.layout.rowCount == 0
    func room(_ tensor: Tensor?) -> Tensor? {
      tensor.map { isEmpty ? Tensor(zeros: $0.shape) : Tensor(shape: $0.shape) { _ in } }
    }
    if input.rows.isTracked { rows = room(input.rows) }
    if input.hidden?.isTracked ?? false { firstHidden = room(input.hidden) }
    let all = [weights.input, weights.hidden, weights.inputBias, weights.hiddenBias]
    guard all.contains(where: { $0?.isTracked ?? false }) else { return }
    inputWeights = room(weights.input)
    hiddenWeights = room(weights.hidden)
    inputBias = room(weights.inputBias)
    hiddenBias = room(weights.hiddenBias)
  }

  mutating func pointers() -> Pointers {
    Pointers(
      rows: rows?.unsafeMutableBase(), firstHidden: firstHidden?.unsafeMutableBase(),
      inputWeights: inputWeights?.unsafeMutableBase(),
      hiddenWeights: hiddenWeights?.unsafeMutableBase(),
      inputBias: inputBias?.unsafeMutableBase(), hiddenBias: hiddenBias?.unsafeMutableBase())
  }
}
