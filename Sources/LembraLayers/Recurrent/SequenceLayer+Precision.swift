public import LembraTensor

extension SequenceLayer {
  /// Whether the layer runs at a precision.
  ///
  /// Every layer runs at ``Precision/float32``. At fewer bits run what the kernels run as a whole:
  /// layers of plain LSTM, GRU with the reset after the product, and RNN, in one direction or with the
  /// outputs of both side by side, and stacks of them; with at most 65,536 features and units.
  public func runs(at precision: Precision) -> Bool {
    precision == .float32 || fused(dropsOut: false)?.runs(at: precision) ?? false
  }

  /// Runs over each sequence at a precision, without gradients and without dropout.
  ///
  /// - Parameters:
  ///   - input: the sequences, with ``inputSize`` features.
  ///   - state: the state before the first step, as when calling without a precision.
  ///   - precision: that of the products.
  /// - Returns: the output at every step, and each sequence's state after its own last step.
  /// - Precondition: the layer ``runs(at:)`` this precision; below `float32` nothing it reads is on
  ///   a tape.
  public func callAsFunction(
    _ input: SequenceBatch, from state: State? = nil, precision: Precision
  ) -> (output: SequenceBatch, finalState: State) {
    guard precision != .float32 else { return self(input, from: state) }
    checkFeatures(input.featureCount)
    return run(network(at: precision), input, from: state)
  }

  /// Runs at a precision over each sequence of a batch whose rows recur; to the same bits as over the
  /// expanded batch.
  ///
  /// - Parameters: as for ``callAsFunction(_:from:precision:)-(SequenceBatch,_,_)``.
  /// - Precondition: as there.
  public func callAsFunction(
    _ input: IndexedSequenceBatch, from state: State? = nil, precision: Precision
  ) -> (output: SequenceBatch, finalState: State) {
    guard precision != .float32 else { return self(input, from: state) }
    guard input.recurs else { return self(input.expanded, from: state, precision: precision) }
    checkFeatures(input.featureCount)
    return run(network(at: precision), input, from: state)
  }

  /// The layer as the kernels run it at a precision below single.
  func network(at precision: Precision) -> FusedNetwork {
    guard var network = fused(dropsOut: false), network.runs(at: precision) else {
      preconditionFailure("a layer of \(Self.self) does not run at \(precision)")
    }
    network.precision = precision
    return network
  }

  private func checkFeatures(_ count: Int) {
    precondition(
      count == inputSize, "a layer with \(inputSize) inputs cannot read \(count) features")
  }
}
