import CLembraKernels
package import LembraTensor

/// A cell in the form that Lembra's kernels run, alone or as part of a network of such cells.
///
/// Lembra's own cells make it; see ``RecurrentCell/fused``.
public struct FusedCell: Sendable {
  let shape: lembra_cell
  private(set) var weights: GateWeights
  var direction = Direction.forward

  /// The learnt state before the first step, a row for each tensor of the cell's state; nil for
  /// zeros.
  var firstState: [Tensor]?

  init(_ kind: lembra_cell_kind, _ weights: GateWeights) {
    shape = kernels.recurrent.describe(kind, weights.inputSize, weights.hiddenSize)
    self.weights = weights
    let (gates, units) = (shape.gates * shape.hidden, shape.hidden)
    precondition(
      weights.input.shape == [gates, shape.input] && weights.hidden.shape == [gates, units],
      "weights of shapes \(weights.input.shape) and \(weights.hidden.shape) for a cell of "
        + "\(units) units")
    for bias in [weights.inputBias, weights.hiddenBias] {
      precondition(
        bias.map { $0.shape == [gates] } ?? true,
        "a bias of shape \(bias?.shape ?? []) for a cell of \(units) units")
    }
  }

  /// Whether the state has a cell vector beside the hidden one.
  var hasCellVector: Bool { shape.kind == .lstm }

  /// The tensors of its state: the hidden vector and, of an LSTM, the cell vector.
  var stateTensorCount: Int { hasCellVector ? 2 : 1 }

  var isTracked: Bool {
    [weights.input, weights.hidden, weights.inputBias, weights.hiddenBias]
      .contains { $0?.isTracked ?? false }
  }

  /// What the units can be divided into: blocks that a vector or a few hold.
  package var unitPanels: Int { shape.panels }

  /// Replaces the weights and the biases by others of the same shapes.
  package mutating func updateWeights(_ transform: (Tensor) -> Tensor) {
    weights.updateParameters { _, parameter in parameter = transform(parameter) }
  }
}
