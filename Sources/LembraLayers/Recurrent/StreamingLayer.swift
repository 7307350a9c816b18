public import LembraTensor

/// A layer that can read its sequences as they come, one step at a time.
///
/// A layer that reads backward cannot: it begins at the end. See ``Session``.
public protocol StreamingLayer: SequenceLayer {
  /// Whether every part of the layer reads forward, so that it can go step by step.
  var readsForward: Bool { get }

  /// Advances each sequence by one step.
  ///
  /// - Parameters:
  ///   - input: a row for each sequence, `[N, inputSize]`.
  ///   - state: the state before the step, N rows.
  /// - Returns: the output `[N, outputSize]`, and the state after the step.
  /// - Precondition: the layer reads forward, and the state is one of this layer.
  func step(_ input: Tensor, _ state: State) -> (output: Tensor, state: State)
}

extension Recurrent: StreamingLayer {
  public var readsForward: Bool { direction == .forward }

  /// - Precondition: the layer reads forward.
  public func step(_ input: Tensor, _ state: Cell.State) -> (output: Tensor, state: Cell.State) {
    precondition(readsForward, "a layer that reads backward cannot go step by step")
    guard input.shape[0] > 0 else { return (Tensor(zeros: [0, outputSize]), state) }
    let layout = SequenceLayout(count: input.shape[0], length: 1)
    let (output, next) = cell.run(
      SequenceBatch(rows: input, layout: layout), from: state, direction: .forward)
    return (output.rows, next)
  }
}

extension Stack: StreamingLayer where Layer: StreamingLayer {
  public var readsForward: Bool { layers.allSatisfy(\.readsForward) }

  /// Advances each sequence through all layers; see ``StreamingLayer/step(_:_:)``.
  public func step(
    _ input: Tensor, _ state: [Layer.State]
  ) -> (output: Tensor, state: [Layer.State]) {
    precondition(
      state.count == layers.count,
      "Stack: \(state.count) states for \(layers.count) layers")
    var rows = input
    var states: [Layer.State] = []
    for (layer, own) in zip(layers, state) {
      let (output, next) = layer.step(rows, own)
      rows = output
      states.append(next)
    }
    return (rows, states)
  }
}
