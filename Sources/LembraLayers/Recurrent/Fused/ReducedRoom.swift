import CLembraKernels
import LembraTensor

/// Room for the threads of a run whose products have fewer bits.
struct ReducedRoom {
  /// By cell.
  let shapes: [lembra_reduced_cell]
  private let scratch: Storage
  private let scratchCount: Int

  /// Makes room for `threads` on one of the ways; nil where there are no such shapes, as at single
  /// precision.
  init?(_ shapes: [lembra_reduced_cell], _ pass: FusedPlan.Pass, threads: Int) {
    guard !shapes.isEmpty else { return nil }
    self.shapes = shapes
    let most = shapes.reduce(0) {
      max($0, pass == .backward ? $1.backward_scratch_floats : $1.scratch_floats)
    }
    // Nothing that one thread writes shares a line of memory with another's.
    scratchCount = (most + 15) / 16 * 16
    scratch = Storage(count: threads * scratchCount)
  }

  /// What the kernels of a cell need; valid as long as this room lives.
  func reduced(cell index: Int) -> CellKernels.Reduced {
    CellKernels.Reduced(
      shape: shapes[index], scratch: scratch.base, scratchCount: scratchCount)
  }
}

extension FusedNetwork {
  /// The shapes of the cells with products of fewer bits; none at single precision.
  var reducedShapes: [lembra_reduced_cell] {
    guard let format = precision.format else { return [] }
    return cells.map {
      reducedKernels.describe($0.shape.kind, $0.shape.input, $0.shape.hidden, format)
    }
  }

  /// Whether the sizes of all cells allow sums at a precision.
  func runs(at precision: Precision) -> Bool {
    precision == .float32
      || cells.allSatisfy {
        max($0.shape.input, $0.shape.hidden) <= lembra_reduced_most_inputs
      }
  }
}
