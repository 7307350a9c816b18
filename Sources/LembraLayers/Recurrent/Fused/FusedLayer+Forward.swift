import CLembraKernels
import LembraTensor

extension FusedLayer {
  /// Runs over the sequences; when training, also saves what the backward pass needs.
  func forward(_ input: Input, isTraining: Bool) -> (output: Output, trace: Trace?) {
    let layout = input.layout
    let plan = FusedPlan(cell: cell, layout: layout, passes: 1)
    var output = Tensor(shape: Shape(rows: layout.rowCount, columns: cell.hidden)) { _ in }
    var cells = firstCells(input, isTraining: isTraining)
    let gates = Storage(count: gateRows(plan, layout, isTraining: isTraining) * cell.gate_width)
    let packed = Storage(count: cell.forward_floats)
    output.withMutableElements { output in
      cells.withMutableElements { cells in
        withExtendedLifetime((input, gates, packed)) {
          let pass = ForwardPass(
            cell: cell, direction: direction, input: input, plan: plan, weights: packed.base,
            output: output, cells: cells, gates: gates.base, isTraining: isTraining)
          ThreadPool.shared.run(plan.threads, isShort: plan.isShort) { team in
            flushingDenormals {
              packForward(into: packed.base, team)
              team.synchronize()
              pass.run(team)
            }
          }
        }
      }
    }
    var lastCells: Tensor?
    if cell.kind == .lstm {
      lastCells = isTraining ? lastRows(of: cells, layout, initial: input.cell) : cells
    }
    let result = Output(
      rows: output, hidden: lastRows(of: output, layout, initial: input.hidden), cell: lastCells)
    return (result, isTraining ? Trace(output: output, cells: cells, gates: gates) : nil)
  }

  /// Room for the cell vectors of an LSTM: of every row when training; otherwise of every sequence,
  /// which begins with its first and is updated in place.
  private func firstCells(_ input: Input, isTraining: Bool) -> Tensor {
    guard cell.kind == .lstm else { return Tensor(zeros: [0]) }
    if isTraining {
      return Tensor(shape: Shape(rows: input.layout.rowCount, columns: cell.hidden)) { _ in }
    }
    return input.cell?.detached
      ?? Tensor(zeros: Shape(rows: input.layout.batchCount, columns: cell.hidden))
  }

  private func gateRows(_ plan: FusedPlan, _ layout: SequenceLayout, isTraining: Bool) -> Int {
    if isTraining { return layout.rowCount }
    return plan.hoistsInput ? max(FusedPlan.chunkRows, layout.batchCount) : 0
  }

  private func packForward(into packed: UnsafeMutablePointer<Float>, _ team: Team) {
    let part = team.share(of: cell.panels)
    withPackedWeights(forward: packed) {
      kernels.recurrent.pack_forward($0, part.lowerBound, part.upperBound)
    }
  }

  /// Calls `body` with where the parameters are and where their packed forms go.
  func withPackedWeights(
    forward: UnsafeMutablePointer<Float>? = nil, backwardInput: UnsafeMutablePointer<Float>? = nil,
    backwardHidden: UnsafeMutablePointer<Float>? = nil,
    _ body: (UnsafePointer<lembra_cell_weights>) -> Void
  ) {
    withUnsafePointer(to: cell) { cell in
      withExtendedLifetime(weights) {
        var packing = lembra_cell_weights(
          cell: cell, input_weights: weights.input.unsafeBase,
          hidden_weights: weights.hidden.unsafeBase, input_bias: weights.inputBias?.unsafeBase,
          hidden_bias: weights.hiddenBias?.unsafeBase, forward: forward,
          backward_input: backwardInput, backward_hidden: backwardHidden)
        body(&packing)
      }
    }
  }
}
