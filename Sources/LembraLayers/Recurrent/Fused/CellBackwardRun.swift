import CLembraKernels
import LembraTensor

/// What one cell reads and writes on the way back through its run.
struct CellBackwardRun {
  let cell: lembra_cell
  let direction: Direction
  /// `R` and `W`, packed for this pass.
  let hiddenWeights: UnsafeMutablePointer<Float>
  let inputWeights: UnsafeMutablePointer<Float>
  let input: UnsafePointer<Float>
  let output: UnsafePointer<Float>
  let outputStride: Int
  let firstHidden: UnsafePointer<Float>?
  let firstCell: UnsafePointer<Float>?
  let cells: UnsafePointer<Float>
  /// The gates of every row, which become the gradient before the activations.
  let gates: UnsafeMutablePointer<Float>
  /// The gradient of every output row, as far apart as the rows themselves; zeros when nil.
  let outputGradient: UnsafePointer<Float>?
  /// The gradient of the last hidden state, likewise.
  let arriving: UnsafePointer<Float>?
  let gradients: FusedGradients.Pointers

  /// Takes the rows of one step back.
  func stepBack(
    _ step: Int, _ rows: Range<Int>, _ panels: Range<Int>, _ layout: SequenceLayout
  ) {
    let previous = layout.step(before: step, direction)
    let next = layout.step(before: step, direction.reversed)
    let continuing = previous.map { layout.activeCounts[$0] } ?? 0
    let continued = next.map { layout.activeCounts[$0] } ?? 0
    let end = min(rows.upperBound, layout.activeCounts[step])
    // A call's rows all have, or all lack, a step before, and likewise a step after.
    var row = rows.lowerBound
    while row < end {
      let (first, second) = (min(continuing, continued), max(continuing, continued))
      let stop = min(row < first ? first : row < second ? second : end, end)
      stepBack(
        row..<stop, panels, layout.offsets[step],
        previous: row < continuing ? previous.map { layout.offsets[$0] } : nil,
        next: row < continued ? next.map { layout.offsets[$0] } : nil)
      row = stop
    }
  }

  /// Takes rows of the step at row `row` back; `previous` and `next` are the rows of its neighbours.
  private func stepBack(
    _ rows: Range<Int>, _ panels: Range<Int>, _ row: Int, previous: Int?, next: Int?
  ) {
    let (kind, width) = (cell.kind, cell.hidden)
    let isLSTM = kind == .lstm
    withUnsafePointer(to: cell) { cell in
      var call = lembra_backward_step(
        cell: cell, weights: hiddenWeights,
        output_gradient: outputGradient.map { $0 + row * outputStride },
        output_gradient_stride: outputStride,
        arriving: next == nil ? arriving : nil, arriving_stride: width,
        next_gates: next.map { UnsafePointer(gates + $0 * self.cell.gate_width) },
        output: output + row * outputStride, output_stride: outputStride,
        previous: previous.map { output + $0 * outputStride } ?? firstHidden,
        previous_stride: previous == nil ? width : outputStride,
        previous_cell: isLSTM ? previous.map { cells + $0 * width } ?? firstCell : nil,
        previous_cell_stride: width,
        cell_state: isLSTM ? cells + row * width : nil, cell_state_stride: width,
        gates: gates + row * self.cell.gate_width,
        carry: isLSTM || kind == .gru ? gradients.carry : nil, carry_stride: width)
      kernels.recurrent.backward_step(
        &call, rows.lowerBound, rows.upperBound, panels.lowerBound, panels.upperBound)
    }
  }

  // MARK: - After the steps

  /// Computes the gradient of some input rows, or adds it to what is there.
  func collectInput(
    into target: UnsafeMutablePointer<Float>, _ rows: Range<Int>, accumulating: Bool
  ) {
    withUnsafePointer(to: cell) { cell in
      var call = lembra_input_gradient(
        cell: cell, weights: inputWeights, gates: gates, accumulate: accumulating ? 1 : 0,
        gradient: target, gradient_stride: self.cell.input)
      kernels.recurrent.input_gradient(&call, rows.lowerBound, rows.upperBound)
    }
  }

  /// Computes the gradient of the first hidden state of the sequences in `part`.
  func collectFirstHidden(_ part: Range<Int>, _ layout: SequenceLayout) {
    guard let target = gradients.firstHidden else { return }
    let width = cell.hidden
    withUnsafePointer(to: cell) { cell in
      for step in 0..<layout.stepCount {
        let begun = layout.step(before: step, direction).map { layout.activeCounts[$0] } ?? 0
        let rows = Range(uncheckedBounds: (begun, max(begun, layout.activeCounts[step])))
          .clamped(to: part)
        if rows.isEmpty { continue }
        var call = lembra_state_gradient(
          cell: cell, weights: hiddenWeights,
          gates: gates + layout.offsets[step] * self.cell.gate_width,
          carry: self.cell.kind == .gru ? UnsafePointer(gradients.carry) : nil,
          carry_stride: width, gradient: target, gradient_stride: width)
        kernels.recurrent.state_gradient(
          &call, rows.lowerBound, rows.upperBound, 0, self.cell.backward_panels)
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

  /// Computes the gradients of the weights that a part of the groups holds.
  func collectWeights(_ groups: Range<Int>, _ layout: SequenceLayout) {
    guard let inputWeights = gradients.inputWeights, let hiddenWeights = gradients.hiddenWeights
    else { return }
    let scratch = Storage(count: cell.scratch_floats)
    layout.offsets.withUnsafeBufferPointer { offsets in
      layout.activeCounts.withUnsafeBufferPointer { counts in
        guard let offsets = offsets.baseAddress, let counts = counts.baseAddress else { return }
        withUnsafePointer(to: cell) { cell in
          var call = lembra_weight_gradient(
            cell: cell, gates: gates, input: input, input_stride: self.cell.input,
            output: output, output_stride: outputStride, initial: firstHidden,
            initial_stride: self.cell.hidden, rows: layout.rowCount, steps: layout.stepCount,
            offsets: offsets, counts: counts, reverse: direction == .backward ? 1 : 0,
            accumulate: 0, input_weights: inputWeights, hidden_weights: hiddenWeights,
            input_bias: gradients.inputBias, hidden_bias: gradients.hiddenBias)
          withExtendedLifetime(scratch) {
            kernels.recurrent.weight_gradient(
              &call, scratch.base, groups.lowerBound, groups.upperBound)
          }
        }
      }
    }
  }
}
