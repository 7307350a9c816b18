import CLembraKernels
package import LembraTensor

/// Layers of fused cells, each layer read in one or in two directions.
///
/// A whole run through all layers is one record on the tape, whose pullback is backpropagation
/// through time. A layer of two directions puts their outputs side by side, forward first.
package struct FusedNetwork {
  /// By layer and, within a layer, by direction.
  let cells: [FusedCell]

  /// The cells of each layer: 1 or 2.
  let directionCount: Int

  /// How the work is divided; when nil, in the way that costs least.
  let split: FusedPlan.Split?

  var layerCount: Int { cells.count / directionCount }

  /// - Precondition: there are layers, all have the same number of directions, and each reads what
  ///   the one before puts out.
  package init(_ layers: [[FusedCell]], split: FusedPlan.Split? = nil) {
    cells = layers.flatMap(\.self)
    directionCount = layers.first?.count ?? 0
    self.split = split
    precondition(
      directionCount > 0 && layers.allSatisfy { $0.count == directionCount },
      "FusedNetwork: layers of \(layers.map(\.count)) directions")
    for layer in 1..<max(1, layerCount) {
      let width = outputWidth(ofLayer: layer - 1)
      for cell in cells(ofLayer: layer) {
        precondition(
          cell.shape.input == width,
          "a layer with \(cell.shape.input) inputs on one with \(width) outputs")
      }
    }
  }

  func cells(ofLayer layer: Int) -> ArraySlice<FusedCell> {
    cells[layer * directionCount..<(layer + 1) * directionCount]
  }

  /// The width of a row of a layer's output: that of all directions side by side.
  func outputWidth(ofLayer layer: Int) -> Int {
    directionCount * cells[layer * directionCount].shape.hidden
  }

  /// What a run begins with: the rows, and the first state of each cell, zeros where it is nil.
  struct Input {
    let rows: Tensor
    let layout: SequenceLayout
    let states: [State]
  }

  /// The state of one cell, rows in the layout's order.
  struct State {
    let hidden: Tensor?
    let cell: Tensor?
  }

  /// Runs over each sequence.
  ///
  /// - Parameters:
  ///   - input: the sequences.
  ///   - states: the tensors of the state of every cell, cell by cell, rows in the layout's order;
  ///     when nil, the learnt first states and zeros for the others.
  /// - Returns: the output of the last layer at every step, and every cell's state after each
  ///   sequence's last step, rows in the layout's order.
  package func callAsFunction(
    _ input: SequenceBatch, from states: [Tensor]?
  ) -> (rows: Tensor, states: [Tensor]) {
    let input = self.input(input, from: states)
    var tracked: [Tensor?] = [input.rows]
    for state in input.states { tracked += [state.hidden, state.cell] }
    for cell in cells {
      let weights = cell.weights
      tracked += [weights.input, weights.hidden, weights.inputBias, weights.hiddenBias]
    }
    guard tracked.contains(where: { $0?.isTracked ?? false }) else {
      let (rows, last, _) = forward(input, isTraining: false)
      return (rows, last)
    }
    let (rows, last, trace) = forward(input, isTraining: true)
    let results = Tensor.recorded([rows] + last, from: tracked.compactMap(\.self)) { gradients in
      let all = backward(input, trace, rows: gradients[0], states: gradients.dropFirst())
      // One gradient for each input that there is, in the order of `tracked`.
      return zip(tracked, all).filter { $0.0 != nil }.map(\.1)
    }
    return (results[0], Array(results.dropFirst()))
  }

  private func input(_ batch: SequenceBatch, from states: [Tensor]?) -> Input {
    precondition(
      batch.featureCount == cells[0].shape.input,
      "a cell with \(cells[0].shape.input) inputs cannot read \(batch.featureCount) features")
    let layout = batch.layout
    var given = states?[...]
    let first = cells.map { cell -> State in
      let tensors =
        given.map { Array($0.prefix(cell.stateTensorCount)) }
        ?? cell.firstState?.map { $0.repeatingRow(layout.batchCount) }
      precondition(
        tensors.map { $0.count == cell.stateTensorCount } ?? true,
        "a state of \(tensors?.count ?? 0) tensors for a cell that has \(cell.stateTensorCount)")
      given?.removeFirst(cell.stateTensorCount)
      for state in tensors ?? [] {
        precondition(
          state.shape == [layout.batchCount, cell.shape.hidden],
          "a state of shape \(state.shape) for \(layout.batchCount) sequences and "
            + "\(cell.shape.hidden) units")
      }
      return State(hidden: tensors?[0], cell: cell.hasCellVector ? tensors?[1] : nil)
    }
    return Input(rows: batch.rows, layout: layout, states: first)
  }
}

extension Tensor {
  /// `count` copies of a matrix of one row.
  fileprivate func repeatingRow(_ count: Int) -> Tensor {
    gatheringRows(Array(repeating: 0, count: count))
  }
}
