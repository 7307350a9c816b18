import CLembraKernels
import LembraTensor

/// A cell's weights as the forward kernels read them, kept for as long as the weights stay the same.
///
/// Packing costs as much as a few steps. It is remembered which contents were packed, so a copy of
/// the weights that is trained further never meets what was packed for another.
final class PackedWeights: Sendable {
  private struct Packed {
    let stamps: [UInt64]
    let storage: Storage
  }

  private let last = Locked<Packed?>(nil)

  /// The packed weights of `cell`, which are made now unless they are those of the last call.
  func forward(_ cell: FusedCell) -> Storage {
    let weights = cell.weights
    let stamps = [weights.input, weights.hidden, weights.inputBias, weights.hiddenBias]
      .map { $0?.contentStamp ?? 0 }
    if let packed = last.withLock({ $0 }), packed.stamps == stamps { return packed.storage }
    let storage = Storage(count: cell.shape.forward_floats)
    cell.packForward(into: storage.base, panels: 0..<cell.shape.panels)
    last.withLock { $0 = Packed(stamps: stamps, storage: storage) }
    return storage
  }
}

extension FusedCell {
  /// Packs the weights of some panels for the forward pass.
  func packForward(into target: UnsafeMutablePointer<Float>, panels: Range<Int>) {
    withPacking(forward: target) {
      kernels.recurrent.pack_forward($0, panels.lowerBound, panels.upperBound)
    }
  }

  /// Packs the weights of some blocks of units for the backward pass.
  func packBackward(
    input: UnsafeMutablePointer<Float>?, hidden: UnsafeMutablePointer<Float>, blocks: Range<Int>
  ) {
    withPacking(backwardInput: input, backwardHidden: hidden) {
      kernels.recurrent.pack_backward($0, blocks.lowerBound, blocks.upperBound)
    }
  }

  private func withPacking(
    forward: UnsafeMutablePointer<Float>? = nil, backwardInput: UnsafeMutablePointer<Float>? = nil,
    backwardHidden: UnsafeMutablePointer<Float>? = nil,
    _ body: (UnsafePointer<lembra_cell_weights>) -> Void
  ) {
    withUnsafePointer(to: shape) { shape in
      withExtendedLifetime(weights) {
        var packing = lembra_cell_weights(
          cell: shape, input_weights: weights.input.unsafeBase,
          hidden_weights: weights.hidden.unsafeBase, input_bias: weights.inputBias?.unsafeBase,
          hidden_bias: weights.hiddenBias?.unsafeBase, forward: forward,
          backward_input: backwardInput, backward_hidden: backwardHidden)
        body(&packing)
      }
    }
  }
}
