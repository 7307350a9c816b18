import CLembraKernels
import LembraTensor

/// The kernels that a run of one cell calls, at single precision or with products of fewer bits.
struct CellKernels {
  /// What products of fewer bits need; nil for single precision.
  struct Reduced {
    let shape: lembra_reduced_cell

    /// Room for every thread, one after the other, and the floats of one thread's.
    let scratch: UnsafeMutablePointer<Float>
    let scratchCount: Int

    fileprivate func scratch(ofThread thread: Int) -> UnsafeMutablePointer<Float> {
      scratch + thread * scratchCount
    }
  }

  let reduced: Reduced?

  // MARK: - Forward

  /// Takes the steps, sequences and panels of a thread's part of a run.
  func forwardRun(
    _ run: UnsafePointer<lembra_forward_run>, _ steps: Range<Int>, _ rows: Range<Int>,
    _ panels: Range<Int>, thread: Int
  ) {
    guard let reduced else {
      kernels.recurrent.forward_run(
        run, steps.lowerBound, steps.upperBound, rows.lowerBound, rows.upperBound,
        panels.lowerBound, panels.upperBound)
      return
    }
    withUnsafePointer(to: reduced.shape) { shape in
      reducedKernels.forward_run(
        shape, run, reduced.scratch(ofThread: thread), steps.lowerBound, steps.upperBound,
        rows.lowerBound, rows.upperBound, panels.lowerBound, panels.upperBound)
    }
  }

  /// Computes the input's products of some rows from the first of the call's on.
  func projectInput(
    _ call: UnsafePointer<lembra_input_projection>, rows: Int, _ panels: Range<Int>, thread: Int
  ) {
    guard let reduced else {
      kernels.recurrent.project_input(call, 0, rows, panels.lowerBound, panels.upperBound)
      return
    }
    withUnsafePointer(to: reduced.shape) { shape in
      reducedKernels.project_input(
        shape, call, reduced.scratch(ofThread: thread), 0, rows, panels.lowerBound,
        panels.upperBound)
    }
  }

  // MARK: - Backward

  /// Takes the steps, sequences and panels of a thread's part of a run back.
  func backwardRun(
    _ run: UnsafePointer<lembra_backward_run>, _ steps: Range<Int>, _ rows: Range<Int>,
    _ panels: Range<Int>, thread: Int
  ) {
    guard let reduced else {
      kernels.recurrent.backward_run(
        run, steps.lowerBound, steps.upperBound, rows.lowerBound, rows.upperBound,
        panels.lowerBound, panels.upperBound)
      return
    }
    reducedKernels.backward_run(
      run, reduced.scratch(ofThread: thread), steps.lowerBound, steps.upperBound,
      rows.lowerBound, rows.upperBound, panels.lowerBound, panels.upperBound)
  }

  /// Computes the gradients of some rows of the input.
  func inputGradient(
    _ call: UnsafePointer<lembra_input_gradient>, _ rows: Range<Int>, thread: Int
  ) {
    guard let reduced else {
      kernels.recurrent.input_gradient(call, rows.lowerBound, rows.upperBound)
      return
    }
    reducedKernels.input_gradient(
      call, reduced.scratch(ofThread: thread), rows.lowerBound, rows.upperBound)
  }

  /// Computes the gradients of the state before a step, of some sequences.
  func stateGradient(
    _ call: UnsafePointer<lembra_state_gradient>, _ rows: Range<Int>, _ panels: Range<Int>,
    thread: Int
  ) {
    guard let reduced else {
      kernels.recurrent.state_gradient(
        call, rows.lowerBound, rows.upperBound, panels.lowerBound, panels.upperBound)
      return
    }
    reducedKernels.state_gradient(
      call, reduced.scratch(ofThread: thread), rows.lowerBound, rows.upperBound,
      panels.lowerBound, panels.upperBound)
  }

  /// Sums up the gradients of the weights that some groups hold.
  ///
  /// `scratch` is the cell's, whatever the precision.
  func weightGradient(
    _ call: UnsafePointer<lembra_weight_gradient>, _ scratch: UnsafeMutablePointer<Float>,
    _ groups: Range<Int>
  ) {
    let kernel =
      reduced == nil ? kernels.recurrent.weight_gradient : reducedKernels.weight_gradient
    kernel(call, scratch, groups.lowerBound, groups.upperBound)
  }
}
