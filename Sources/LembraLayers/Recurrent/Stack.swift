public import LembraTensor

/// Recurrent layers on top of each other, with dropout between them.
public struct Stack<Layer: SequenceLayer>: SequenceLayer {
  /// The layers, the first of which reads the input; never empty.
  public var layers: [Layer]

  /// Drops elements of what one layer passes to the next.
  ///
  /// The last output is left alone, as in PyTorch.
  public let dropout: Dropout

  /// Whether one mask serves all steps of a sequence: variational dropout, which LembraTensor calls
  /// locked.
  public let locksDropout: Bool

  public var inputSize: Int { layers[0].inputSize }
  public var outputSize: Int { layers[layers.count - 1].outputSize }

  public var precision: Precision {
    get { layers[0].precision }
    set { for index in layers.indices { layers[index].precision = newValue } }
  }

  /// Creates a stack from its layers, the first reading the input.
  ///
  /// - Precondition: there is at least one, and each reads what the one before puts out.
  public init(_ layers: [Layer], dropout: Float = 0, locksDropout: Bool = false) {
    precondition(!layers.isEmpty, "Stack: there are no layers")
    for (below, above) in zip(layers, layers.dropFirst()) {
      precondition(
        below.outputSize == above.inputSize,
        "Stack: a layer with \(above.inputSize) inputs on one with \(below.outputSize) outputs")
    }
    self.layers = layers
    self.dropout = Dropout(rate: dropout)
    self.locksDropout = locksDropout
  }

  /// Creates a stack of `count` layers, each made from its index and the number of its inputs.
  ///
  ///     Stack(count: 2, inputSize: 8) { index, inputs in
  ///       LSTM(LSTMCell(inputSize: inputs, hiddenSize: 64, key: key.folding(index)))
  ///     }
  ///
  /// - Precondition: `count` is above 0.
  public init(
    count: Int, inputSize: Int, dropout: Float = 0, locksDropout: Bool = false,
    _ layer: (_ index: Int, _ inputs: Int) -> Layer
  ) {
    var layers: [Layer] = []
    for index in 0..<count { layers.append(layer(index, layers.last?.outputSize ?? inputSize)) }
    self.init(layers, dropout: dropout, locksDropout: locksDropout)
  }

  public func zeroState(batch: Int) -> [Layer.State] {
    layers.map { $0.zeroState(batch: batch) }
  }

  public func firstState(batch: Int) -> [Layer.State] {
    layers.map { $0.firstState(batch: batch) }
  }

  public func fused(dropsOut: Bool) -> FusedNetwork? {
    if dropsOut && dropout.rate > 0 { return nil }
    var network = layers[0].fused(dropsOut: dropsOut)
    for layer in layers.dropFirst() {
      guard let own = layer.fused(dropsOut: dropsOut) else { return nil }
      network?.append(own)
    }
    return network
  }

  /// - Returns: the output of the last layer at every step, and each layer's last state.
  public func run(
    _ input: SequenceBatch, from state: [Layer.State]?, dropoutKey: RandomKey?
  ) -> (output: SequenceBatch, finalState: [Layer.State]) {
    precondition(
      state.map { $0.count == layers.count } ?? true,
      "Stack: \(state?.count ?? 0) states for \(layers.count) layers")
    if let network = fused(dropsOut: dropoutKey != nil) {
      return run(network, input, from: state)
    }
    return runLayers(from: state, dropoutKey: dropoutKey) {
      layers[0].run(input, from: $0, dropoutKey: $1)
    }
  }

  /// Layers that read in the same direction are read together, segment by segment.
  public var segmentReading: SegmentReading? {
    let readings = layers.compactMap(\.segmentReading)
    guard let direction = readings.first?.direction, readings.count == layers.count,
      readings.allSatisfy({ $0.direction == direction })
    else { return nil }
    // Between layers there may be what dropout left, and its gradient.
    let between = layers.dropFirst().reduce(0) { $0 + 2 * $1.inputSize }
    return SegmentReading(
      direction: direction,
      floatsPerStep: readings.reduce(dropout.rate > 0 ? between : 0) { $0 + $1.floatsPerStep })
  }

  /// Layers that cannot be read together share the memory, and hand each other whole outputs.
  public func unroll(
    _ input: SequenceBatch, from state: [Layer.State]?, dropoutKey: RandomKey?,
    by unrolling: Unrolling, keepsOutputs: Bool
  ) -> (output: SequenceBatch?, finalState: [Layer.State]) {
    precondition(
      state.map { $0.count == layers.count } ?? true,
      "Stack: \(state?.count ?? 0) states for \(layers.count) layers")
    if unrolling == .whole || segmentReading != nil {
      return unrollSegments(
        input, from: state, dropoutKey: dropoutKey, by: unrolling, keepsOutputs: keepsOutputs)
    }
    let share = unrolling.shared(by: layers.count)
    var output: SequenceBatch? = input
    var states: [Layer.State] = []
    for (index, layer) in layers.enumerated() {
      guard let below = output else { break }
      let (rows, last) = layer.unroll(
        handedOn(below, to: index, dropoutKey), from: state?[index],
        dropoutKey: dropoutKey.map { layerKey(index, $0) }, by: share,
        keepsOutputs: keepsOutputs || index + 1 < layers.count)
      output = rows
      states.append(last)
    }
    return (output, states)
  }

  /// - Returns: the output of the last layer at every step, and each layer's last state.
  public func run(
    _ input: IndexedSequenceBatch, from state: [Layer.State]?, dropoutKey: RandomKey?
  ) -> (output: SequenceBatch, finalState: [Layer.State]) {
    if !input.recurs { return run(input.expanded, from: state, dropoutKey: dropoutKey) }
    precondition(
      state.map { $0.count == layers.count } ?? true,
      "Stack: \(state?.count ?? 0) states for \(layers.count) layers")
    if let network = fused(dropsOut: dropoutKey != nil) {
      return run(network, input, from: state)
    }
    return runLayers(from: state, dropoutKey: dropoutKey) {
      layers[0].run(input, from: $0, dropoutKey: $1)
    }
  }

  /// Runs the first layer as `first` does, and the others on top of each other.
  private func runLayers(
    from state: [Layer.State]?, dropoutKey: RandomKey?,
    first: (Layer.State?, RandomKey?) -> (output: SequenceBatch, finalState: Layer.State)
  ) -> (output: SequenceBatch, finalState: [Layer.State]) {
    var (rows, last) = first(state?[0], dropoutKey.map { layerKey(0, $0) })
    var states = [last]
    for (index, layer) in layers.enumerated().dropFirst() {
      (rows, last) = layer.run(
        handedOn(rows, to: index, dropoutKey), from: state?[index],
        dropoutKey: dropoutKey.map { layerKey(index, $0) })
      states.append(last)
    }
    return (rows, states)
  }

  private func layerKey(_ index: Int, _ key: RandomKey) -> RandomKey {
    key.folding("layer").folding(index)
  }

  /// What a layer reads of what the one below puts out, or the first of the input.
  private func handedOn(
    _ rows: SequenceBatch, to index: Int, _ dropoutKey: RandomKey?
  ) -> SequenceBatch {
    guard index > 0, dropout.rate > 0, let key = dropoutKey?.folding(index) else { return rows }
    return rows.dropout(dropout.rate, isLocked: locksDropout, key: key)
  }

  public func summary(of state: [Layer.State]) -> Tensor {
    layers[layers.count - 1].summary(of: state[layers.count - 1])
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    for index in layers.indices { walk.visit(layer: index, &layers[index]) }
  }
}
