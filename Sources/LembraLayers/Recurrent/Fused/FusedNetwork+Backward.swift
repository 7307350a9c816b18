import CLembraKernels
import LembraTensor

extension FusedNetwork {
  /// Backpropagation through time.
  ///
  /// - Parameters:
  ///   - input: what the forward pass began with.
  ///   - trace: what it left; its gates are overwritten.
  ///   - rows: the gradient of every row of the last layer's output, zeros when nil.
  ///   - states: the gradient of each tensor of every cell's last state, likewise.
  ///   - sums: what is added to: the gradients of the rows; of every first state that there is; and of
  ///     every cell's `W`, `R` and the biases that there are.
  func backward(
    _ input: Input, _ trace: Trace, rows: Tensor?, states: ArraySlice<Tensor?>,
    onto sums: inout [Tensor?]
  ) {
    let layout = input.layout
    let tried = triedPlan(.backward, input)
    let plan = tried.plan
    let room = ReducedRoom(reducedShapes, .backward, threads: plan.threads)
    let arriving = arrivingStates(states)
    var work: [CellGradients] = []
    work.reserveCapacity(cells.count)
    var inputGradients = inputGradients(input)
    // The weights are the last of what may need a gradient.
    let firstWeight = sums.count - cells.reduce(0) { $0 + $1.weights.count }
    var place = firstWeight
    for (index, cell) in cells.enumerated() {
      work.append(
        CellGradients(
          cell, room?.shapes[index], layout, firstHidden: input.hidden(index),
          arriving: arriving[index].cell,
          needsInput: inputGradients[index / directionCount] != nil,
          tableRows: input.indices == nil || index >= directionCount ? nil : input.rows.shape[0],
          sums: &sums, at: place))
      place += cell.weights.count
    }
    // The gradient of a sum or a mean is the same everywhere; one row of it stands for all.
    let uniformRow = rows?.uniformValue.map {
      Tensor(repeating: $0, shape: [outputWidth(ofLayer: layerCount - 1)])
    }
    let targets = inputGradients.indices.map { inputGradients[$0]?.unsafeMutableBase() }
    let runs = backwardRuns(
      input, trace, plan, &work, targets, room, outputGradient: uniformRow ?? rows,
      arriving: arriving)
    let layers = lowestLayer(input, inputGradients)..<layerCount
    let pass = BackwardPass(
      layout: layout, plan: plan, runs: runs, directionCount: directionCount,
      inputGradients: targets,
      progress: plan.split == .layers ? LayerProgress(layers: layerCount) : nil,
      layers: layers)
    withExtendedLifetime((input, trace, rows, uniformRow, arriving, work, inputGradients, room)) {
      tried.run(rows: layout.rowCount) {
        plan.run { team in
          for index in layers.lowerBound * directionCount..<cells.count {
            let run = runs[index]
            cells[index].weights.packBackward(
              run.cell, isReduced: room != nil, input: run.inputWeights,
              hidden: run.hiddenWeights, blocks: team.share(of: run.cell.blocks))
          }
        }
        pass.run()
      }
    }
    let answers = answers(input, inputGradients[0], work)
    for (index, gradient) in answers.prefix(firstWeight).enumerated() { sums[index].add(gradient) }
    // The sums of the weights were added to in the order of the rows.
    sums.replaceSubrange(firstWeight..., with: answers[firstWeight...])
  }

  /// The gradients of the last states, cell by cell.
  private func arrivingStates(_ gradients: ArraySlice<Tensor?>) -> [State] {
    var rest = gradients.makeIterator()
    var states: [State] = []
    states.reserveCapacity(cells.count)
    for cell in cells {
      let hidden = rest.next() ?? nil
      states.append(State(hidden: hidden, cell: cell.hasCellVector ? rest.next() ?? nil : nil))
    }
    return states
  }

  /// Room for the gradient of each layer's input rows, where something below needs it; the first
  /// layer's may be the rows of a table.
  private func inputGradients(_ input: Input) -> [Tensor?] {
    var isNeeded = input.rows.isTracked
    var gradients: [Tensor?] = []
    gradients.reserveCapacity(layerCount)
    for (index, cell) in cells.enumerated() {
      if index % directionCount == 0 {
        let rows = index == 0 ? input.rows.shape[0] : input.layout.rowCount
        let shape = Shape(rows: rows, columns: cell.shape.input)
        gradients.append(isNeeded ? Tensor(shape: shape) { _ in } : nil)
      }
      isNeeded = isNeeded || isTracked(index, input)
    }
    return gradients
  }

  /// Whether a cell has weights or a first state that need a gradient.
  private func isTracked(_ index: Int, _ input: Input) -> Bool {
    cells[index].weights.isTracked || input.hidden(index)?.isTracked ?? false
      || input.cell(index)?.isTracked ?? false
  }

  /// The lowest layer that anything needs the gradient of; those below are not gone back through.
  private func lowestLayer(_ input: Input, _ inputGradients: [Tensor?]) -> Int {
    (0..<layerCount).first { layer in
      inputGradients[layer] != nil
        || (0..<directionCount).contains { isTracked(layer * directionCount + $0, input) }
    } ?? layerCount
  }

  private func backwardRuns(
    _ input: Input, _ trace: Trace, _ plan: FusedPlan, _ work: inout [CellGradients],
    _ targets: [UnsafeMutablePointer<Float>?], _ room: ReducedRoom?, outputGradient: Tensor?,
    arriving: [State]
  ) -> [CellBackwardRun] {
    var runs: [CellBackwardRun] = []
    runs.reserveCapacity(cells.count)
    for (index, cell) in cells.enumerated() {
      let (layer, direction) = (index / directionCount, index % directionCount)
      guard let gates = trace.cells[index].gates else { continue }
      let column = direction * cell.shape.hidden
      let isLast = layer == layerCount - 1
      let above =
        isLast ? outputGradient?.unsafeBase : targets[layer + 1].map { UnsafePointer($0) }
      let isUniform = isLast && outputGradient?.shape.rank == 1
      let outputStride = directionCount * cell.shape.hidden
      runs.append(
        CellBackwardRun(
          cell: plan.shape(of: cell), direction: cell.direction,
          hiddenWeights: work[index].hiddenPacked.base,
          inputWeights: work[index].inputPacked?.base,
          input: layer == 0 ? input.rows.unsafeBase : trace.outputs[layer - 1].unsafeBase,
          output: trace.outputs[layer].unsafeBase + column,
          outputStride: outputStride,
          firstHidden: input.hidden(index)?.unsafeBase, firstCell: input.cell(index)?.unsafeBase,
          cells: trace.cells[index].vectors?.unsafeBase, gates: gates.base,
          outputGradient: above.map { $0 + column },
          outputGradientStride: isUniform ? 0 : outputStride,
          arriving: arriving[index].hidden?.unsafeBase,
          indices: layer == 0 ? input.indices?.base : nil,
          tableRows: input.rows.shape[0], gradients: work[index].pointers(),
          cellKernels: CellKernels(reduced: room?.reduced(cell: index))))
    }
    return runs
  }

  /// The gradients in the order of the tape's inputs.
  private func answers(
    _ input: Input, _ rows: Tensor?, _ work: [CellGradients]
  ) -> [Tensor?] {
    var answers = [rows]
    answers.reserveCapacity(1 + 6 * cells.count)
    for (index, gradients) in work.enumerated() {
      if input.hidden(index) != nil { answers.append(gradients.firstHidden) }
      if let cell = input.cell(index) { answers.append(cell.isTracked ? gradients.carry : nil) }
    }
    for (cell, gradients) in zip(cells, work) {
      answers.append(gradients.inputWeights)
      answers.append(gradients.hiddenWeights)
      if cell.weights.inputBias != nil { answers.append(gradients.inputBias) }
      if cell.weights.hiddenBias != nil { answers.append(gradients.hiddenBias) }
    }
    return answers
  }
}
