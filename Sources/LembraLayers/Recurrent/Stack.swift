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
    func key(_ index: Int) -> RandomKey? { dropoutKey?.folding("layer").folding(index) }
    var (rows, last) = first(state?[0], key(0))
    var states = [last]
    for (index, layer) in layers.enumerated().dropFirst() {
      if dropout.rate > 0, let key = dropoutKey?.folding(index) {
        rows = rows.dropout(dropout.rate, isLocked: locksDropout, key: key)
      }
      (rows, last) = layer.run(rows, from: state?[index], dropoutKey: key(index))
      states.append(last)
    }
    return (rows, states)
  }

  public func summary(of state: [Layer.State]) -> Tensor {
    layers[layers.count - 1].summary(of: state[layers.count - 1])
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    for index in layers.indices { walk.visit(layer: index, &layers[index]) }
  }
}
