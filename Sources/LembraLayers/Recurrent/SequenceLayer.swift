public import LembraTensor

/// A layer from sequences to sequences of the same lengths.
///
/// Shapes below write N for the batch and T for the steps.
public protocol SequenceLayer: Module {
  /// What the layer carries from one run to the next.
  associatedtype State: CarriedState

  /// The number of features of an input row.
  var inputSize: Int { get }

  /// The number of features of an output row.
  var outputSize: Int { get }

  /// That of the products of its runs, in all of its layers; at first `float32`.
  ///
  /// A run traps at a precision at which the layer does not run; see `runs(at:)`.
  var precision: Precision { get set }

  /// The state of `batch` sequences before their first step when nothing is learnt: zeros.
  func zeroState(batch: Int) -> State

  /// The state of `batch` sequences before their first step: the learnt one, zeros where there is
  /// none.
  func firstState(batch: Int) -> State

  /// This layer as Lembra's kernels run it, all of it at once.
  ///
  /// The tensors of the layer's state are those of its cells, in the same order.
  ///
  /// - Parameter dropsOut: whether dropout acts, which the kernels leave to the layers.
  /// - Returns: nil, the default, if the layer has to be run on its own.
  func fused(dropsOut: Bool) -> FusedNetwork?

  /// Runs over each sequence: what calling the layer does, without default arguments.
  func run(
    _ input: SequenceBatch, from state: State?, dropoutKey: RandomKey?
  ) -> (output: SequenceBatch, finalState: State)

  /// Runs over each sequence of a batch whose rows recur.
  ///
  /// The default runs the ``fused(dropsOut:)`` form on the table as it is, if there is one and it
  /// pays, and otherwise the expanded batch.
  func run(
    _ input: IndexedSequenceBatch, from state: State?, dropoutKey: RandomKey?
  ) -> (output: SequenceBatch, finalState: State)

  /// How the layer can be read in segments; nil, the default, if only as a whole.
  var segmentReading: SegmentReading? { get }

  /// Runs over each sequence and keeps only a part of what backpropagation needs.
  ///
  /// The default reads segment after segment where `segmentReading` says how, and otherwise runs as a
  /// whole.
  ///
  /// - Parameters:
  ///   - input: the sequences.
  ///   - state: the state before the first step, rows in the caller's order.
  ///   - dropoutKey: names the dropout masks.
  ///   - unrolling: how much is kept, and how far gradients flow back.
  ///   - keepsOutputs: whether the output at every step is asked for.
  /// - Returns: the output, if it is, and each sequence's state after its own last step.
  func unroll(
    _ input: SequenceBatch, from state: State?, dropoutKey: RandomKey?, by unrolling: Unrolling,
    keepsOutputs: Bool
  ) -> (output: SequenceBatch?, finalState: State)

  /// What the layer knows of each whole sequence, `[N, outputSize]`: the last output of every
  /// direction of the last layer, each after reading all of the sequence, in the caller's order.
  func summary(of state: State) -> Tensor
}

extension SequenceLayer {
  public func firstState(batch: Int) -> State { zeroState(batch: batch) }

  public func fused(dropsOut: Bool) -> FusedNetwork? { nil }

  public func run(
    _ input: IndexedSequenceBatch, from state: State?, dropoutKey: RandomKey?
  ) -> (output: SequenceBatch, finalState: State) {
    guard input.recurs, let network = fused(dropsOut: dropoutKey != nil) else {
      return run(input.expanded, from: state, dropoutKey: dropoutKey)
    }
    return run(network, input, from: state)
  }

  /// Runs the fused form of this layer over each sequence.
  func run(
    _ network: FusedNetwork, _ input: SequenceBatch, from state: State?
  ) -> (output: SequenceBatch, finalState: State) {
    run(input.layout, from: state) { network(input, from: $0) }
  }

  /// Runs the fused form of this layer over sequences whose rows recur.
  func run(
    _ network: FusedNetwork, _ input: IndexedSequenceBatch, from state: State?
  ) -> (output: SequenceBatch, finalState: State) {
    run(input.layout, from: state) { network(input, from: $0) }
  }

  private func run(
    _ layout: SequenceLayout, from state: State?,
    _ network: (_ first: [Tensor]?) -> (rows: Tensor, states: [Tensor])
  ) -> (output: SequenceBatch, finalState: State) {
    var first = state?.tensors
    for tensor in first ?? [] {
      precondition(
        tensor.shape.rank == 2 && tensor.shape[0] == layout.batchCount,
        "a state of shape \(tensor.shape) for \(layout.batchCount) sequences")
    }
    if !layout.isInCallersOrder { first = first?.map { $0.inOrder(of: layout) } }
    var (rows, last) = network(first)
    if !layout.isInCallersOrder { last = last.map { $0.inCallersOrder(of: layout) } }
    return (
      SequenceBatch(rows: rows, layout: layout), zeroState(batch: 0).filled(from: last)
    )
  }

  /// Runs over each sequence.
  ///
  /// - Parameters:
  ///   - input: the sequences, with ``inputSize`` features.
  ///   - state: the state before the first step, rows in the caller's order; when nil, the learnt
  ///     first state where the layer has one, zeros otherwise.
  ///   - dropoutKey: names the dropout masks during training; nil for none.
  /// - Returns: `output`, the output at every step, and `finalState`, each sequence's state after
  ///   its own last step, rows in the caller's order.
  /// - Precondition: `input` has ``inputSize`` features, and `state` a row for each sequence.
  public func callAsFunction(
    _ input: SequenceBatch, from state: State? = nil, dropoutKey: RandomKey? = nil
  ) -> (output: SequenceBatch, finalState: State) {
    requireWidth(input.featureCount)
    return run(input, from: state, dropoutKey: dropoutKey)
  }

  /// Runs over each sequence of a batch whose rows recur, such as embedded characters.
  ///
  /// The outputs are those of the expanded batch, to the bit, in less time.
  ///
  /// - Parameters: as for ``callAsFunction(_:from:dropoutKey:)-(SequenceBatch,_,_)``.
  /// - Precondition: as there.
  public func callAsFunction(
    _ input: IndexedSequenceBatch, from state: State? = nil, dropoutKey: RandomKey? = nil
  ) -> (output: SequenceBatch, finalState: State) {
    requireWidth(input.featureCount)
    return run(input, from: state, dropoutKey: dropoutKey)
  }

  /// Traps unless rows of so many features are what the layer reads.
  func requireWidth(_ featureCount: Int) {
    precondition(
      featureCount == inputSize,
      "a layer with \(inputSize) inputs cannot read \(featureCount) features")
  }
}
