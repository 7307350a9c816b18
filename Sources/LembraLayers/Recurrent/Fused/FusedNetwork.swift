import CLembraKernels
package import LembraTensor

/// Layers of fused cells, each layer read in one or in two directions.
///
/// A whole run through all layers is one record on the tape, whose pullback is backpropagation
/// through time. A layer of two directions puts their outputs side by side, forward first.
public struct FusedNetwork: Sendable {
  /// By layer and, within a layer, by direction.
  private(set) var cells: [FusedCell]

  /// The cells of each layer: 1 or 2.
  package let directionCount: Int

  /// How the work is divided; when nil, in the way that costs least.
  package var split: FusedPlan.Split?

  /// That of the products, on the way back as on the way forward.
  package var precision = Precision.float32

  package var layerCount: Int { cells.count / directionCount }

  /// A layer of one direction.
  init(_ cell: FusedCell) {
    cells = [cell]
    directionCount = 1
  }

  /// A layer that reads in both directions.
  ///
  /// - Precondition: both are a single layer of one direction, and of the same sizes.
  init(forward: FusedNetwork, backward: FusedNetwork) {
    precondition(
      forward.cells.count == 1 && backward.cells.count == 1, "FusedNetwork: not two single layers")
    let (ahead, back) = (forward.cells[0].shape, backward.cells[0].shape)
    precondition(
      ahead.input == back.input && ahead.hidden == back.hidden,
      "two directions of \(ahead.input) and \(back.input) inputs, \(ahead.hidden) and "
        + "\(back.hidden) units")
    precondition(
      forward.precision == backward.precision,
      "FusedNetwork: directions at \(forward.precision) and \(backward.precision)")
    cells = [forward.cells[0], backward.cells[0]]
    directionCount = 2
    precision = forward.precision
  }

  /// Puts layers on top of these.
  ///
  /// - Precondition: they have as many directions and read what these put out.
  mutating func append(_ layers: FusedNetwork) {
    let width = outputWidth(ofLayer: layerCount - 1)
    precondition(
      layers.directionCount == directionCount && layers.cells[0].shape.input == width,
      "a layer with \(layers.cells[0].shape.input) inputs on one with \(width) outputs")
    precondition(
      layers.precision == precision, "FusedNetwork: layers at \(precision) and \(layers.precision)")
    cells += layers.cells
  }

  /// Whether all layers read in the same direction, and only in one.
  package var readsOneWay: Bool {
    directionCount == 1 && cells.allSatisfy { $0.direction == cells[0].direction }
  }

  /// The width of a row of a layer's output: that of all directions side by side.
  func outputWidth(ofLayer layer: Int) -> Int {
    directionCount * cells[layer * directionCount].shape.hidden
  }

  /// What a run begins with.
  struct Input {
    /// A row for every step or, with ``indices``, the table that they point into.
    let rows: Tensor
    let indices: RowIndices?
    let layout: SequenceLayout

    /// The first state of every cell, rows in the layout's order; empty for zeros.
    let states: [State]
  }

  /// The state of one cell, or its gradient; nil stands for zeros.
  struct State {
    var hidden: Tensor?
    var cell: Tensor?
  }

  /// Runs over each sequence.
  ///
  /// - Parameters:
  ///   - batch: the sequences.
  ///   - states: the tensors of the state of every cell, cell by cell, rows in the layout's order;
  ///     when nil, the learnt first states and zeros for the others.
  /// - Returns: the output of the last layer at every step, and every cell's state after each
  ///   sequence's last step, rows in the layout's order.
  package func callAsFunction(
    _ batch: SequenceBatch, from states: [Tensor]?
  ) -> (rows: Tensor, states: [Tensor]) {
    run(batch.rows, nil, batch.layout, from: states)
  }

  /// Runs over sequences whose rows recur; see ``callAsFunction(_:from:)-(SequenceBatch,_)``.
  package func callAsFunction(
    _ batch: IndexedSequenceBatch, from states: [Tensor]?
  ) -> (rows: Tensor, states: [Tensor]) {
    run(batch.table, batch.indices, batch.layout, from: states)
  }

  private func run(
    _ rows: Tensor, _ indices: RowIndices?, _ layout: SequenceLayout, from states: [Tensor]?
  ) -> (rows: Tensor, states: [Tensor]) {
    precondition(
      rows.shape[1] == cells[0].shape.input,
      "a cell with \(cells[0].shape.input) inputs cannot read \(rows.shape[1]) features")
    precondition(runs(at: precision), "a network of these sizes does not run at \(precision)")
    let input = Input(
      rows: rows, indices: indices, layout: layout, states: firstStates(states, layout))
    guard isTracked(input) else {
      let (rows, last, _) = forward(input, isTraining: false)
      return (rows, last)
    }
    precondition(precision.hasGradients, "a run at \(precision) has no gradients")
    let (rows, last, trace) = forward(input, isTraining: true)
    let results = Tensor.recorded([rows] + last, from: tapeInputs(input)) { gradients, sums in
      backward(input, trace, rows: gradients[0], states: gradients.dropFirst(), onto: &sums)
    }
    return (results[0], Array(results.dropFirst()))
  }

  private func isTracked(_ input: Input) -> Bool {
    input.rows.isTracked || cells.contains { $0.weights.isTracked }
      || input.states.contains { $0.hidden?.isTracked ?? false || $0.cell?.isTracked ?? false }
  }

  /// Everything that may need a gradient, the weights last; the backward pass answers in this order.
  private func tapeInputs(_ input: Input) -> [Tensor] {
    // An array that grows allocates as often as the memory it finds is large.
    var inputs: [Tensor] = []
    inputs.reserveCapacity(1 + 6 * cells.count)
    inputs.append(input.rows)
    for state in input.states {
      if let hidden = state.hidden { inputs.append(hidden) }
      if let cell = state.cell { inputs.append(cell) }
    }
    for cell in cells {
      inputs.append(cell.weights.input)
      inputs.append(cell.weights.hidden)
      if let bias = cell.weights.inputBias { inputs.append(bias) }
      if let bias = cell.weights.hiddenBias { inputs.append(bias) }
    }
    return inputs
  }

  private func firstStates(_ given: [Tensor]?, _ layout: SequenceLayout) -> [State] {
    if given == nil, cells.allSatisfy({ $0.firstState == nil }) { return [] }
    precondition(
      given.map { $0.count == stateTensorCount } ?? true,
      "a state of \(given?.count ?? 0) tensors for a network that has \(stateTensorCount)")
    var rest = given?[...]
    return cells.map { cell in
      let count = cell.stateTensorCount
      let tensors =
        rest.map { Array($0.prefix(count)) }
        ?? cell.firstState?.map { $0.repeatingRow(layout.batchCount) } ?? []
      rest = rest?.dropFirst(count)
      for state in tensors {
        precondition(
          state.shape == [layout.batchCount, cell.shape.hidden],
          "a state of shape \(state.shape) for \(layout.batchCount) sequences and "
            + "\(cell.shape.hidden) units")
      }
      return State(hidden: tensors.first, cell: count == 2 ? tensors.last : nil)
    }
  }

  /// The tensors in the state of all cells.
  var stateTensorCount: Int { cells.reduce(0) { $0 + $1.stateTensorCount } }
}

extension FusedNetwork.Input {
  func hidden(_ cell: Int) -> Tensor? { states.isEmpty ? nil : states[cell].hidden }

  func cell(_ cell: Int) -> Tensor? { states.isEmpty ? nil : states[cell].cell }
}

extension Tensor {
  /// `count` copies of a matrix of one row.
  fileprivate func repeatingRow(_ count: Int) -> Tensor {
    gatheringRows(Array(repeating: 0, count: count))
  }
}
