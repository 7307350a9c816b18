import CLembraKernels
import LembraTensor

/// A cell in the form that Lembra's kernels run, alone or as part of a network of such cells.
///
/// Lembra's own cells make it; see ``RecurrentCell/fused``.
public struct FusedCell: Sendable {
  /// The sizes, with the panels that suit one row.
  let shape: lembra_cell
  let weights: CellWeights
  var direction = Direction.forward

  /// The learnt state before the first step, a row for each tensor of the cell's state; nil for
  /// zeros.
  var firstState: [Tensor]?

  init(_ kind: lembra_cell_kind, _ weights: GateWeights) {
    shape = kernels.recurrent.describe(kind, weights.inputSize, weights.outputSize, 1)
    self.weights = CellWeights(weights)
    let (gates, units) = (shape.gates * shape.hidden, shape.hidden)
    precondition(
      weights.input.shape == [gates, shape.input] && weights.hidden.shape == [gates, units],
      "weights of shapes \(weights.input.shape) and \(weights.hidden.shape) for a cell of "
        + "\(units) units")
    precondition(
      weights.inputBias.map { $0.shape == [gates] } ?? true
        && weights.hiddenBias.map { $0.shape == [gates] } ?? true,
      "biases of shapes \(weights.inputBias?.shape ?? []) and \(weights.hiddenBias?.shape ?? []) "
        + "for a cell of \(units) units")
  }

  /// The shape whose panels suit steps of so many rows.
  func shape(forRows rows: Int) -> lembra_cell {
    kernels.recurrent.describe(shape.kind, shape.input, shape.hidden, rows)
  }

  /// Whether the state has a cell vector beside the hidden one.
  var hasCellVector: Bool { shape.kind == .lstm }

  /// The tensors of its state: the hidden vector and, of an LSTM, the cell vector.
  var stateTensorCount: Int { hasCellVector ? 2 : 1 }
}

/// The weights of a fused cell, which is copied about more often than a struct of tensors should be.
final class CellWeights: Sendable {
  let input: Tensor
  let hidden: Tensor
  let inputBias: Tensor?
  let hiddenBias: Tensor?
  private let packed: PackedWeights

  init(_ weights: GateWeights) {
    input = weights.input
    hidden = weights.hidden
    inputBias = weights.inputBias
    hiddenBias = weights.hiddenBias
    packed = weights.packed
  }

  /// Whether any of them is on a tape.
  var isTracked: Bool {
    input.isTracked || hidden.isTracked || inputBias?.isTracked ?? false
      || hiddenBias?.isTracked ?? false
  }

  /// How many there are.
  var count: Int { 2 + (inputBias == nil ? 0 : 1) + (hiddenBias == nil ? 0 : 1) }

  var stamps: PackedWeights.Stamps {
    PackedWeights.Stamps(
      input: input.contentStamp, hidden: hidden.contentStamp,
      inputBias: inputBias?.contentStamp ?? 0, hiddenBias: hiddenBias?.contentStamp ?? 0)
  }

  /// The weights packed for the forward pass at a precision, of this call or of an earlier one.
  ///
  /// Below single precision `reduced` is the shape of the cell.
  func packedForward(
    _ shape: lembra_cell, _ reduced: lembra_reduced_cell?, _ precision: Precision
  ) -> Storage {
    // A GRU's panels have three vectors for any rows.
    let form = PackedWeights.Form(
      precision: precision, vectors: shape.kind == .gru ? 3 : shape.tile_vectors)
    return packed.storage(for: stamps, form) {
      let storage = Storage(count: reduced?.weight_floats ?? shape.forward_floats)
      packForward(shape, reduced, into: storage.base, panels: 0..<shape.panels)
      return storage
    }
  }

  /// Packs the weights of some panels for the forward pass, as `reduced` says where there is one.
  func packForward(
    _ shape: lembra_cell, _ reduced: lembra_reduced_cell?, into target: UnsafeMutablePointer<Float>,
    panels: Range<Int>
  ) {
    withPacking(shape, forward: target) { weights in
      guard let reduced else {
        kernels.recurrent.pack_forward(weights, panels.lowerBound, panels.upperBound)
        return
      }
      withUnsafePointer(to: reduced) {
        reducedKernels.pack($0, weights, panels.lowerBound, panels.upperBound)
      }
    }
  }

  /// Packs the weights of some blocks of units for the backward pass, with fewer bits or not.
  func packBackward(
    _ shape: lembra_cell, isReduced: Bool, input: UnsafeMutablePointer<Float>?,
    hidden: UnsafeMutablePointer<Float>, blocks: Range<Int>
  ) {
    let pack = isReduced ? reducedKernels.pack_backward : kernels.recurrent.pack_backward
    withPacking(shape, backwardInput: input, backwardHidden: hidden) {
      pack($0, blocks.lowerBound, blocks.upperBound)
    }
  }

  private func withPacking(
    _ shape: lembra_cell, forward: UnsafeMutablePointer<Float>? = nil,
    backwardInput: UnsafeMutablePointer<Float>? = nil,
    backwardHidden: UnsafeMutablePointer<Float>? = nil,
    _ body: (UnsafePointer<lembra_cell_weights>) -> Void
  ) {
    withUnsafePointer(to: shape) { shape in
      withExtendedLifetime(self) {
        var packing = lembra_cell_weights(
          cell: shape, input_weights: input.unsafeBase, hidden_weights: hidden.unsafeBase,
          input_bias: inputBias?.unsafeBase, hidden_bias: hiddenBias?.unsafeBase,
          forward: forward, backward_input: backwardInput, backward_hidden: backwardHidden)
        body(&packing)
      }
    }
  }
}
