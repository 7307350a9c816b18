import CLembraKernels
import LembraTensor

extension FusedNetwork {
  /// What the forward pass leaves for the backward pass.
  struct Trace {
    /// The output of every layer.
    fileprivate(set) var outputs: [Tensor]
    /// By cell.
    fileprivate(set) var cells: [CellTrace]
  }

  struct CellTrace {
    /// The cell vectors of an LSTM: when training, of every row; otherwise of every sequence.
    fileprivate(set) var vectors: Tensor?
    /// A row of gates for every step of every sequence, or nil when nothing is kept.
    ///
    /// The backward pass overwrites them.
    let gates: Storage?
  }

  /// Runs over the sequences; when training, keeps what the backward pass needs.
  func forward(
    _ input: Input, isTraining: Bool
  ) -> (rows: Tensor, states: [Tensor], trace: Trace) {
    let layout = input.layout
    let way = isTraining ? FusedPlan.Pass.training : .inference
    let tried = triedPlan(way, input)
    let plan = tried.plan
    var trace = Trace(outputs: [], cells: [])
    trace.outputs.reserveCapacity(layerCount)
    trace.cells.reserveCapacity(cells.count)
    for layer in 0..<layerCount {
      let shape = Shape(rows: layout.rowCount, columns: outputWidth(ofLayer: layer))
      trace.outputs.append(Tensor(shape: shape) { _ in })
    }
    let room = ReducedRoom(reducedShapes, way, threads: plan.threads)
    var shapes: [lembra_cell] = []
    var packed: [Storage] = []
    shapes.reserveCapacity(cells.count)
    packed.reserveCapacity(cells.count)
    for (index, cell) in cells.enumerated() {
      let shape = plan.shape(of: cell)
      shapes.append(shape)
      // Weights that are being trained are new each time; others may be those of the last run.
      packed.append(
        isTraining
          ? Storage(count: room?.shapes[index].weight_floats ?? shape.forward_floats)
          : cell.weights.packedForward(shape, room?.shapes[index], precision))
      let isIndexed = input.indices != nil && index < directionCount
      let gateRows =
        isTraining
        ? layout.rowCount
        : isIndexed ? layout.batchCount : plan.chunkRows(shape, layout)
      trace.cells.append(
        CellTrace(
          vectors: firstVectors(index, input, isTraining: isTraining),
          gates: isTraining || gateRows > 0
            ? Storage(count: gateRows * shape.gate_width) : nil))
    }
    let tables = projectedTables(input)
    let runs = runs(input, &trace, shapes, packed, tables, room, isTraining: isTraining)
    let pass = ForwardPass(
      layout: layout, plan: plan, runs: runs, directionCount: directionCount,
      progress: plan.split == .layers ? LayerProgress(layers: layerCount) : nil)
    withExtendedLifetime((input, trace, packed, tables, room)) {
      tried.run(rows: layout.rowCount) {
        if isTraining {
          plan.run { team in
            for (cell, run) in zip(cells, runs) {
              cell.weights.packForward(
                run.cell, run.cellKernels.reduced?.shape, into: run.weights,
                panels: team.share(of: run.cell.panels))
            }
          }
        }
        if !tables.isEmpty {
          let count = input.rows.shape[0]
          plan.run { team in
            for run in runs.prefix(tables.count) {
              run.projectTable(team.share(of: count), thread: team.index)
            }
          }
        }
        plan.runSteps { pass.run($0) }
      }
    }
    return (
      trace.outputs[layerCount - 1], lastStates(input, trace, isTraining: isTraining), trace
    )
  }

  /// How a pass from this input goes.
  func triedPlan(_ pass: FusedPlan.Pass, _ input: Input) -> TriedPlan {
    let isIndexed = input.indices != nil
    let plan = FusedPlan(self, input.layout, pass, isIndexed: isIndexed)
    let kind = PassKind(plan, self, input.layout, isIndexed: isIndexed)
    return TriedPlan(plan, SplitTrials.trial(of: kind))
  }

  /// Room for the products of each cell of the first layer with the rows of a table.
  private func projectedTables(_ input: Input) -> [Storage] {
    guard input.indices != nil else { return [] }
    return cells.prefix(directionCount).map {
      Storage(count: input.rows.shape[0] * $0.shape.gate_width)
    }
  }

  private func runs(
    _ input: Input, _ trace: inout Trace, _ shapes: [lembra_cell], _ packed: [Storage],
    _ tables: [Storage], _ room: ReducedRoom?, isTraining: Bool
  ) -> [CellRun] {
    var runs: [CellRun] = []
    runs.reserveCapacity(cells.count)
    for (index, cell) in cells.enumerated() {
      let (layer, direction) = (index / directionCount, index % directionCount)
      let shape = shapes[index]
      runs.append(
        CellRun(
          cell: shape, direction: cell.direction, weights: packed[index].base,
          input: layer == 0 ? input.rows.unsafeBase : trace.outputs[layer - 1].unsafeBase,
          inputStride: shape.input,
          output: trace.outputs[layer].unsafeMutableBase() + direction * shape.hidden,
          outputStride: directionCount * shape.hidden,
          firstHidden: input.hidden(index)?.unsafeBase,
          firstCell: input.cell(index)?.unsafeBase,
          cells: trace.cells[index].vectors?.unsafeMutableBase(),
          gates: trace.cells[index].gates?.base,
          table: index < tables.count ? tables[index].base : nil,
          indices: index < tables.count ? input.indices?.base : nil, isTraining: isTraining,
          cellKernels: CellKernels(reduced: room?.reduced(cell: index))))
    }
    return runs
  }

  /// Room for the cell vectors of an LSTM: of every row when training; otherwise of every sequence,
  /// which begins with its first and is updated in place.
  private func firstVectors(_ index: Int, _ input: Input, isTraining: Bool) -> Tensor? {
    guard cells[index].hasCellVector else { return nil }
    let width = cells[index].shape.hidden
    if isTraining {
      return Tensor(shape: Shape(rows: input.layout.rowCount, columns: width)) { _ in }
    }
    return input.cell(index)?.detached
      ?? Tensor(zeros: Shape(rows: input.layout.batchCount, columns: width))
  }

  // MARK: - The last states

  private func lastStates(_ input: Input, _ trace: Trace, isTraining: Bool) -> [Tensor] {
    var states: [Tensor] = []
    states.reserveCapacity(2 * cells.count)
    for (index, cell) in cells.enumerated() {
      let (layer, direction) = (index / directionCount, index % directionCount)
      states.append(
        lastRows(
          of: trace.outputs[layer], column: direction * cell.shape.hidden, cell, input.layout,
          initial: input.hidden(index)))
      guard let vectors = trace.cells[index].vectors else { continue }
      states.append(
        isTraining
          ? lastRows(of: vectors, column: 0, cell, input.layout, initial: input.cell(index))
          : vectors)
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
