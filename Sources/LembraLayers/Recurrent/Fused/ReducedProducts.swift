import CLembraKernels
import LembraTensor

/// What the threads of a run compute a cell's products with, where they have fewer bits.
struct ReducedProducts {
  let shape: lembra_reduced_cell

  /// Room for every thread, one after the other.
  private let scratch: UnsafeMutablePointer<Float>

  /// The floats of the room of one thread.
  private let scratchCount: Int

  fileprivate init(
    _ shape: lembra_reduced_cell, _ scratch: UnsafeMutablePointer<Float>, scratchCount: Int
  ) {
    self.shape = shape
    self.scratch = scratch
    self.scratchCount = scratchCount
  }

  /// The room of a thread.
  func scratch(ofThread thread: Int) -> UnsafeMutablePointer<Float> {
    scratch + thread * scratchCount
  }

  /// Takes the steps, sequences and panels of a thread's part of a run.
  func forwardRun(
    _ run: UnsafePointer<lembra_forward_run>, _ steps: Range<Int>, _ rows: Range<Int>,
    _ panels: Range<Int>, thread: Int
  ) {
    withUnsafePointer(to: shape) { shape in
      reducedKernels.forward_run(
        shape, run, scratch(ofThread: thread), steps.lowerBound, steps.upperBound,
        rows.lowerBound, rows.upperBound, panels.lowerBound, panels.upperBound)
    }
  }

  /// Computes the input's products of some rows from the first of the call's on.
  func projectInput(
    _ call: UnsafePointer<lembra_input_projection>, rows: Int, _ panels: Range<Int>, thread: Int
  ) {
    withUnsafePointer(to: shape) { shape in
      reducedKernels.project_input(
        shape, call, scratch(ofThread: thread), 0, rows, panels.lowerBound,
        panels.upperBound)
    }
  }
}

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

  /// What the products of a cell are computed with; valid as long as this room lives.
  func products(ofCell index: Int) -> ReducedProducts {
    ReducedProducts(shapes[index], scratch.base, scratchCount: scratchCount)
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
