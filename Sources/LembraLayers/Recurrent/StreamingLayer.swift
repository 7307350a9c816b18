public import LembraTensor

/// A layer that can read its sequences as they come, one step at a time.
///
/// A layer that reads backward cannot: it begins at the end. See ``Session``.
public protocol StreamingLayer: SequenceLayer {
  /// Advances each sequence by one step.
  ///
  /// - Parameters:
  ///   - input: a row for each sequence, `[N, inputSize]`.
  ///   - state: the state before the step, N rows.
  /// - Returns: the output `[N, outputSize]`, and the state after the step.
  func step(_ input: Tensor, _ state: State) -> (output: Tensor, state: State)
}

extension Recurrent: StreamingLayer {
  /// - Precondition: the layer reads forward.
  public func step(_ input: Tensor, _ state: Cell.State) -> (output: Tensor, state: Cell.State) {
    precondition(direction == .forward, "a layer that reads backward cannot go step by step")
    let next = cell.step(input, state)
    return (next.hidden, next)
  }
}

extension Stack: StreamingLayer where Layer: StreamingLayer {
  public func step(
    _ input: Tensor, _ state: [Layer.State]
  ) -> (output: Tensor, state: [Layer.State]) {
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
