import CLembraKernels
import LembraTensor

extension FusedNetwork {
  /// What the forward pass leaves for the backward pass.
  struct Trace {
    /// The output of every layer.
    let outputs: [Tensor]
    /// The cell vectors of every row, of each LSTM; empty of other cells.
    let cells: [Tensor]
    /// `[rows, gate_width]` of each cell; the backward pass overwrites them.
    let gates: [Storage]
  }

  /// Runs over the sequences; when training, keeps what the backward pass needs.
  func forward(
    _ input: Input, isTraining: Bool
  ) -> (rows: Tensor, states: [Tensor], trace: Trace) {
    let layout = input.layout
    let plan = FusedPlan(self, layout, isTraining ? .training : .inference)
    var outputs = (0..<layerCount).map { layer in
      Tensor(shape: Shape(rows: layout.rowCount, columns: outputWidth(ofLayer: layer))) { _ in }
    }
    var vectors = cells.indices.map { firstCellVectors($0, input, isTraining: isTraining) }
    let gates = cells.indices.map { index in
      let rows = isTraining ? layout.rowCount : plan.chunkRows(ofCell: index, layout)
      return Storage(count: rows * cells[index].shape.gate_width)
    }
    // Weights that are being trained are new each time; others may be those of the last run.
    let packed = cells.map {
      isTraining ? Storage(count: $0.shape.forward_floats) : $0.weights.packed.forward($0)
    }
    withExtendedLifetime((input, gates, packed)) {
      if isTraining {
        plan.run { team in
          for (cell, packed) in zip(cells, packed) {
            cell.packForward(into: packed.base, panels: team.share(of: cell.shape.panels))
          }
        }
      }
      var runs: [CellRun] = []
      for index in cells.indices {
        let (layer, direction) = (index / directionCount, index % directionCount)
        let cell = cells[index].shape
        runs.append(
          CellRun(
            cell: cell, direction: cells[index].direction, weights: packed[index].base,
            input: layer == 0 ? input.rows.unsafeBase : outputs[layer - 1].unsafeBase,
            inputStride: cell.input,
            output: outputs[layer].unsafeMutableBase() + direction * cell.hidden,
            outputStride: directionCount * cell.hidden,
            firstHidden: input.states[index].hidden?.unsafeBase,
            firstCell: input.states[index].cell?.unsafeBase,
            cells: cell.kind == .lstm ? vectors[index].unsafeMutableBase() : nil,
            gates: gates[index].base, isTraining: isTraining))
      }
      let pass = ForwardPass(
        layout: layout, plan: plan, runs: runs, directionCount: directionCount,
        progress: plan.split == .layers ? LayerProgress(layers: layerCount) : nil)
      plan.runSteps { pass.run($0) }
    }
    let states = lastStates(input, outputs, vectors, isTraining: isTraining)
    let trace = Trace(outputs: outputs, cells: vectors, gates: gates)
    return (outputs[layerCount - 1], states, trace)
  }

  var shapes: [lembra_cell] { cells.map(\.shape) }

  /// Room for the cell vectors of an LSTM: of every row when training; otherwise of every sequence,
  /// which begins with its first and is updated in place.
  private func firstCellVectors(_ index: Int, _ input: Input, isTraining: Bool) -> Tensor {
    guard cells[index].hasCellVector else { return Tensor(zeros: [0]) }
    let width = cells[index].shape.hidden
    if isTraining {
      return Tensor(shape: Shape(rows: input.layout.rowCount, columns: width)) { _ in }
    }
    return input.states[index].cell?.detached
      ?? Tensor(zeros: Shape(rows: input.layout.batchCount, columns: width))
  }

  // MARK: - The last states

  private func lastStates(
    _ input: Input, _ outputs: [Tensor], _ vectors: [Tensor], isTraining: Bool
  ) -> [Tensor] {
    var states: [Tensor] = []
    for (index, cell) in cells.enumerated() {
      let (layer, direction) = (index / directionCount, index % directionCount)
      let first = input.states[index]
      states.append(
        lastRows(
          of: outputs[layer], column: direction * cell.shape.hidden, cell, input.layout,
          initial: first.hidden))
      guard cell.hasCellVector else { continue }
      states.append(
        isTraining
          ? lastRows(of: vectors[index], column: 0, cell, input.layout, initial: first.cell)
          : vectors[index])
    }
    return states
  }

  /// The rows `source` of each sequence's last step, from `column` on; `initial`, or zeros, for
  /// sequences without steps.
  private func lastRows(
    of source: Tensor, column: Int, _ cell: FusedCell, _ layout: SequenceLayout, initial: Tensor?
  ) -> Tensor {
    let (width, stride) = (cell.shape.hidden, source.shape[1])
    return Tensor(shape: Shape(rows: layout.batchCount, columns: width)) { out in
      withExtendedLifetime((source, initial)) {
        for position in 0..<layout.batchCount {
          let row = out + position * width
          if let last = layout.lastRow(ofSequence: position, cell.direction) {
            row.update(from: source.unsafeBase + last * stride + column, count: width)
          } else if let initial {
            row.update(from: initial.unsafeBase + position * width, count: width)
          } else {
            row.update(repeating: 0, count: width)
          }
        }
      }
    }
  }
}
