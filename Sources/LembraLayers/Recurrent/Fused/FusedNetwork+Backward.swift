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
  /// - Returns: the gradients of the rows; of every cell's first hidden and cell vector; and of
  ///   every cell's `W`, `R` and two biases; nil for those that need none.
  func backward(
    _ input: Input, _ trace: Trace, rows: Tensor?, states: ArraySlice<Tensor?>
  ) -> [Tensor?] {
    let layout = input.layout
    let plan = FusedPlan(self, layout, .backward)
    var states = states
    let arriving = cells.map { cell -> State in
      let tensors = Array(states.prefix(cell.stateTensorCount))
      states.removeFirst(cell.stateTensorCount)
      return State(hidden: tensors[0], cell: cell.hasCellVector ? tensors[1] : nil)
    }
    var gradients = cells.indices.map {
      FusedGradients(cells[$0], input.states[$0], layout, arriving: arriving[$0].cell)
    }
    var rowGradients = inputRowGradients(input)
    let packed = cells.enumerated().map { index, cell in
      let needsInput = rowGradients[index / directionCount] != nil
      return (
        hidden: Storage(count: cell.shape.backward_hidden_floats),
        input: Storage(count: needsInput ? cell.shape.backward_input_floats : 0)
      )
    }
    withExtendedLifetime((input, trace, rows, arriving, packed)) {
      let targets = rowGradients.indices.map { rowGradients[$0]?.unsafeMutableBase() }
      plan.run { team in
        for (index, cell) in cells.enumerated() {
          cell.packBackward(
            input: targets[index / directionCount] == nil ? nil : packed[index].input.base,
            hidden: packed[index].hidden.base, blocks: team.share(of: cell.shape.blocks))
        }
      }
      let runs = cells.indices.map { index in
        let (layer, direction) = (index / directionCount, index % directionCount)
        let cell = cells[index].shape
        let column = direction * cell.hidden
        let above =
          layer == layerCount - 1 ? rows?.unsafeBase : targets[layer + 1].map { UnsafePointer($0) }
        return CellBackwardRun(
          cell: cell, direction: cells[index].direction,
          hiddenWeights: packed[index].hidden.base, inputWeights: packed[index].input.base,
          input: layer == 0 ? input.rows.unsafeBase : trace.outputs[layer - 1].unsafeBase,
          output: trace.outputs[layer].unsafeBase + column,
          outputStride: directionCount * cell.hidden,
          firstHidden: input.states[index].hidden?.unsafeBase,
          firstCell: input.states[index].cell?.unsafeBase, cells: trace.cells[index].unsafeBase,
          gates: trace.gates[index].base, outputGradient: above.map { $0 + column },
          arriving: arriving[index].hidden?.unsafeBase, gradients: gradients[index].pointers())
      }
      BackwardPass(
        layout: layout, plan: plan, runs: runs, directionCount: directionCount,
        inputGradients: targets,
        progress: plan.split == .layers ? LayerProgress(layers: layerCount) : nil
      ).run()
    }
    var result = [rowGradients[0]]
    for (index, gradient) in gradients.enumerated() {
      let wantsFirstCell = input.states[index].cell?.isTracked ?? false
      result += [gradient.firstHidden, wantsFirstCell ? gradient.carry : nil]
    }
    for gradient in gradients {
      result += [
        gradient.inputWeights, gradient.hiddenWeights, gradient.inputBias, gradient.hiddenBias,
      ]
    }
    return result
  }

  /// Room for the gradient of each layer's input rows, where something below needs it.
  private func inputRowGradients(_ input: Input) -> [Tensor?] {
    var isNeeded = input.rows.isTracked
    return (0..<layerCount).map { layer in
      defer {
        let own = layer * directionCount..<(layer + 1) * directionCount
        isNeeded =
          isNeeded
          || own.contains {
            let state = input.states[$0]
            return cells[$0].isTracked || state.hidden?.isTracked ?? false
              || state.cell?.isTracked ?? false
          }
      }
      guard isNeeded else { return nil }
      let shape = Shape(
        rows: input.layout.rowCount, columns: cells[layer * directionCount].shape.input)
      return Tensor(shape: shape) { _ in }
    }
  }
}
