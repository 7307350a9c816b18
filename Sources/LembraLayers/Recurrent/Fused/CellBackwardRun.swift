import CLembraKernels
import LembraTensor

/// What one cell reads and writes on the way back through its run.
struct CellBackwardRun {
  let cell: lembra_cell
  let direction: Direction
  /// `R` and, if the gradient of the input is wanted, `W`, packed before the steps.
  let hiddenWeights: UnsafeMutablePointer<Float>
  let inputWeights: UnsafeMutablePointer<Float>?
  let input: UnsafePointer<Float>
  let output: UnsafePointer<Float>
  let outputStride: Int
  let firstHidden: UnsafePointer<Float>?
  let firstCell: UnsafePointer<Float>?
  let cells: UnsafePointer<Float>?
  /// The gates of every row, which become the gradient before the activations.
  let gates: UnsafeMutablePointer<Float>
  /// The gradient of every output row, zeros when nil, and how far apart its rows are: 0 if they are
  /// all the same.
  let outputGradient: UnsafePointer<Float>?
  let outputGradientStride: Int
  /// The gradient of the last hidden state, likewise.
  let arriving: UnsafePointer<Float>?
  /// Where input rows recur: which row of the input, a table of `tableRows` rows, each one is.
  let indices: UnsafePointer<Int32>?
  let tableRows: Int
  let gradients: CellGradients.Pointers
  let cellKernels: CellKernels

  /// Takes sequences back over some steps, counted in the direction's own order.
  ///
  /// If a team shares out the panels, it is waited for after every step.
  func stepBack(
    _ steps: Range<Int>, _ rows: Range<Int>, _ panels: Range<Int>, _ layout: SequenceLayout,
    thread: Int, meeting team: Team? = nil
  ) {
    withUnsafePointer(to: cell) { cell in
      layout.withUnsafeSteps { offsets, counts in
        var run = lembra_backward_run(
          cell: cell, weights: hiddenWeights, steps: layout.stepCount, offsets: offsets,
          counts: counts, reverse: direction == .backward ? 1 : 0,
          output_gradient: outputGradient, output_gradient_stride: outputGradientStride,
          arriving: arriving, output: output, output_stride: outputStride,
          first_hidden: firstHidden, first_cell: firstCell, cells: cells, gates: gates,
          carry: gradients.carry)
        guard let team else {
          cellKernels.backwardRun(&run, steps, rows, panels, thread: thread)
          return
        }
        for step in steps.reversed() {
          cellKernels.backwardRun(&run, step..<step + 1, rows, panels, thread: thread)
          team.synchronize()
        }
      }
    }
  }

  // MARK: - After the steps

  /// Computes the gradient of some input rows, those of a table if there is one, or adds it to what is
  /// there.
  func collectInput(
    into target: UnsafeMutablePointer<Float>, _ rows: Range<Int>, accumulating: Bool, thread: Int
  ) {
    guard let inputWeights else { return }
    withUnsafePointer(to: cell) { cell in
      var call = lembra_input_gradient(
        cell: cell, weights: inputWeights, gates: gradients.table ?? gates,
        accumulate: accumulating ? 1 : 0,
        gradient: target, gradient_stride: self.cell.input)
      cellKernels.inputGradient(&call, rows, thread: thread)
    }
  }

  /// Computes the gradient of the first hidden state of the sequences in `part`.
  func collectFirstHidden(_ part: Range<Int>, _ layout: SequenceLayout, thread: Int) {
    guard let target = gradients.firstHidden else { return }
    let width = cell.hidden
    withUnsafePointer(to: cell) { cell in
      for index in 0..<layout.stepCount {
        let step = layout.step(index, direction)
        let begun = index == 0 ? 0 : layout.activeCounts[layout.step(index - 1, direction)]
        let rows = Range(uncheckedBounds: (begun, max(begun, layout.activeCounts[step])))
          .clamped(to: part)
        if rows.isEmpty { continue }
        var call = lembra_state_gradient(
          cell: cell, weights: hiddenWeights,
          gates: gates + layout.offsets[step] * self.cell.gate_width,
          carry: self.cell.kind == .gru ? gradients.carry.map { UnsafePointer($0) } : nil,
          carry_stride: width, gradient: target, gradient_stride: width)
        cellKernels.stateGradient(&call, rows, 0..<self.cell.backward_panels, thread: thread)
      }
    }
    // A sequence without steps passes its state on as it is.
    let running = layout.activeCounts.first ?? 0
    for sequence in part where sequence >= running {
      let row = target + sequence * width
      if let arriving {
        row.update(from: arriving + sequence * width, count: width)
      } else {
        row.update(repeating: 0, count: width)
      }
    }
  }

  /// Computes the gradients of the weights that a part of the groups holds and, where input rows
  /// recur, sums up what reaches each row of their table.
  func collectWeights(_ groups: Range<Int>, _ layout: SequenceLayout) {
    sumUpTable(groups, layout)
    guard gradients.inputWeights != nil else { return }
    let scratch = Storage(count: cell.scratch_floats)
    layout.withUnsafeSteps { offsets, counts in
      withUnsafePointer(to: cell) { cell in
        var call = lembra_weight_gradient(
          cell: cell, gates: gates, input: input, input_stride: self.cell.input,
          output: output, output_stride: outputStride, initial: firstHidden,
          initial_stride: self.cell.hidden, rows: layout.rowCount, steps: layout.stepCount,
          offsets: offsets, counts: counts, reverse: direction == .backward ? 1 : 0,
          accumulate: gradients.accumulates ? 1 : 0,
          input_weights: indices == nil ? gradients.inputWeights : nil,
          hidden_weights: gradients.hiddenWeights,
          input_bias: gradients.inputBias, hidden_bias: gradients.hiddenBias)
        withExtendedLifetime(scratch) {
          cellKernels.weightGradient(&call, scratch.base, groups)
          guard let table = gradients.table else { return }
          call.gates = UnsafePointer(table)
          call.rows = tableRows
          call.steps = 0
          call.input_weights = gradients.inputWeights
          call.hidden_weights = nil
          call.input_bias = nil
          call.hidden_bias = nil
          cellKernels.weightGradient(&call, scratch.base, groups)
        }
      }
    }
  }

  private func sumUpTable(_ groups: Range<Int>, _ layout: SequenceLayout) {
    guard let table = gradients.table, let indices else { return }
    let panel = 4 * Int(kernels.lanes)
    let first = groups.lowerBound * panel
    let width = cell.gate_width
    let columns = min(groups.upperBound * panel, width) - first
    guard columns > 0 else { return }
    kernels.rows.scatter_add_rows(
      gates + first, width, indices, table + first, width, layout.rowCount, columns)
  }
}
