import CLembraKernels
import LembraTensor

/// One run back over the steps, shared by the threads of a team.
struct BackwardPass {
  let cell: lembra_cell
  let direction: Direction
  let input: FusedLayer.Input
  let trace: FusedLayer.Trace
  let plan: FusedPlan
  /// `R` and `W`, packed for this pass.
  let hiddenWeights: UnsafeMutablePointer<Float>
  let inputWeights: UnsafeMutablePointer<Float>
  let outputGradient: UnsafePointer<Float>?
  let arriving: UnsafePointer<Float>?
  /// What flows to the step before past `R`, `[N, H]`.
  let carry: UnsafeMutablePointer<Float>
  let gradients: FusedGradients.Pointers

  private var layout: SequenceLayout { input.layout }
  private var gates: UnsafeMutablePointer<Float> { trace.gates.base }

  /// Turns the gates of every row into the gradient before the activations.
  func runSteps(_ team: Team) {
    let part = plan.part(of: team, layout: layout, panels: cell.backward_panels)
    withUnsafePointer(to: cell) { cell in
      for step in layout.steps(direction.reversed) {
        let previous = layout.step(before: step, direction)
        let next = layout.step(before: step, direction.reversed)
        let continuing = previous.map { layout.activeCounts[$0] } ?? 0
        let continued = next.map { layout.activeCounts[$0] } ?? 0
        let end = min(part.rows.upperBound, layout.activeCounts[step])
        // A call's rows all have, or all lack, a step before, and likewise a step after.
        var row = part.rows.lowerBound
        while row < end {
          let (first, second) = (min(continuing, continued), max(continuing, continued))
          let stop = row < first ? first : row < second ? second : end
          stepBack(
            cell, row..<min(stop, end), part.panels, step,
            previous: row < continuing ? previous : nil, next: row < continued ? next : nil)
          row = min(stop, end)
        }
        if plan.split == .units { team.synchronize() }
      }
    }
  }

  private func stepBack(
    _ cell: UnsafePointer<lembra_cell>, _ rows: Range<Int>, _ panels: Range<Int>, _ step: Int,
    previous: Int?, next: Int?
  ) {
    let (kind, width) = (cell.pointee.kind, cell.pointee.hidden)
    let row = layout.offsets[step]
    let before = previous.map { layout.offsets[$0] * width }
    let output = trace.output.unsafeBase
    let isLSTM = kind == .lstm
    let hasCarry = isLSTM || kind == .gru
    var call = lembra_backward_step(
      cell: cell, weights: hiddenWeights,
      output_gradient: outputGradient.map { $0 + row * width }, output_gradient_stride: width,
      arriving: next == nil ? arriving : nil, arriving_stride: width,
      next_gates: next.map { UnsafePointer(gates + layout.offsets[$0] * cell.pointee.gate_width) },
      output: output + row * width, output_stride: width,
      previous: before.map { output + $0 } ?? input.hidden?.unsafeBase, previous_stride: width,
      previous_cell: isLSTM
        ? before.map { trace.cells.unsafeBase + $0 } ?? input.cell?.unsafeBase : nil,
      previous_cell_stride: width,
      cell_state: isLSTM ? trace.cells.unsafeBase + row * width : nil, cell_state_stride: width,
      gates: gates + row * cell.pointee.gate_width, carry: hasCarry ? carry : nil,
      carry_stride: width)
    kernels.recurrent.backward_step(
      &call, rows.lowerBound, rows.upperBound, panels.lowerBound, panels.upperBound)
  }

  // MARK: - After the steps

  /// Computes the gradients of the first state, of the rows and of the weights.
  func collect(_ team: Team) {
    withUnsafePointer(to: cell) { cell in
      if let target = gradients.firstHidden {
        collectFirstHidden(cell, team.share(of: layout.batchCount), into: target)
      }
      if let target = gradients.rows {
        let part = team.share(of: layout.rowCount)
        var call = lembra_input_gradient(
          cell: cell, weights: inputWeights, gates: gates, accumulate: 0, gradient: target,
          gradient_stride: cell.pointee.input)
        kernels.recurrent.input_gradient(&call, part.lowerBound, part.upperBound)
      }
      if let input = gradients.inputWeights, let hidden = gradients.hiddenWeights {
        collectWeights(cell, team, input, hidden)
      }
    }
  }

  /// The gradient of the first hidden state of the sequences in `part`.
  private func collectFirstHidden(
    _ cell: UnsafePointer<lembra_cell>, _ part: Range<Int>,
    into target: UnsafeMutablePointer<Float>
  ) {
    let width = cell.pointee.hidden
    for step in 0..<layout.stepCount {
      let begun = layout.step(before: step, direction).map { layout.activeCounts[$0] } ?? 0
      let rows = Range(uncheckedBounds: (begun, max(begun, layout.activeCounts[step])))
        .clamped(to: part)
      if rows.isEmpty { continue }
      var call = lembra_state_gradient(
        cell: cell, weights: hiddenWeights,
        gates: gates + layout.offsets[step] * cell.pointee.gate_width,
        carry: cell.pointee.kind == .gru ? carry : nil, carry_stride: width,
        gradient: target, gradient_stride: width)
      kernels.recurrent.state_gradient(
        &call, rows.lowerBound, rows.upperBound, 0, cell.pointee.backward_panels)
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

  private func collectWeights(
    _ cell: UnsafePointer<lembra_cell>, _ team: Team,
    _ inputWeights: UnsafeMutablePointer<Float>, _ hiddenWeights: UnsafeMutablePointer<Float>
  ) {
    let part = team.share(of: cell.pointee.gradient_groups)
    let scratch = Storage(count: cell.pointee.scratch_floats)
    layout.offsets.withUnsafeBufferPointer { offsets in
      layout.activeCounts.withUnsafeBufferPointer { counts in
        guard let offsets = offsets.baseAddress, let counts = counts.baseAddress else { return }
        var call = lembra_weight_gradient(
          cell: cell, gates: gates, input: input.rows.unsafeBase,
          input_stride: cell.pointee.input, output: trace.output.unsafeBase,
          output_stride: cell.pointee.hidden, initial: input.hidden?.unsafeBase,
          initial_stride: cell.pointee.hidden, rows: layout.rowCount, steps: layout.stepCount,
          offsets: offsets, counts: counts, reverse: direction == .backward ? 1 : 0, accumulate: 0,
          input_weights: inputWeights, hidden_weights: hiddenWeights,
          input_bias: gradients.inputBias, hidden_bias: gradients.hiddenBias)
        withExtendedLifetime(scratch) {
          kernels.recurrent.weight_gradient(
            &call, scratch.base, part.lowerBound, part.upperBound)
        }
      }
    }
  }
}
