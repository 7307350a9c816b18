public import LembraTensor

/// Stacked recurrent layers whose cell is chosen when the program runs, such as by a file.
///
/// It is the same as the ``Stack`` of such layers. A state is a list of tensors, those of the first
/// layer first, rows in the caller's order.
public struct RecurrentEncoder: Module {
  /// The kinds of cells.
  public enum Cell: String, Hashable, Codable, CaseIterable, Sendable {
    case rnn
    case lstm
    case gru
    /// Of ``MGUCell``.
    case mgu
    /// Of ``SLSTMCell``.
    case slstm
    /// Of ``MinGRUCell``.
    case mingru
    /// Of ``MinLSTMCell``.
    case minlstm
    /// Of ``IndRNNCell``.
    case indrnn
  }

  /// What the layers are.
  public struct Configuration: Hashable, Codable, Sendable {
    public var cell: Cell

    /// H, the units of a layer in each direction.
    public var hiddenSize: Int

    public var layerCount: Int

    /// Whether each layer reads in both directions, whose outputs stand side by side.
    public var isBidirectional: Bool

    /// The dropout between layers.
    public var dropout: Float

    /// Whether one mask serves all steps of a sequence: variational dropout.
    public var locksDropout: Bool

    /// What sets the cells apart from plain ones; cells of the kind must have it.
    public var variant: LSTMCell.Variant

    public init(
      _ cell: Cell, hiddenSize: Int, layerCount: Int = 1, isBidirectional: Bool = false,
      dropout: Float = 0, locksDropout: Bool = false, variant: LSTMCell.Variant = .plain
    ) {
      self.cell = cell
      self.hiddenSize = hiddenSize
      self.layerCount = layerCount
      self.isBidirectional = isBidirectional
      self.dropout = dropout
      self.locksDropout = locksDropout
      self.variant = variant
    }
  }

  var layers: any SequenceLayer

  /// That of the products of its runs.
  public var precision: Precision { layers.precision }

  /// The number of features of an input row.
  public var inputSize: Int { layers.inputSize }

  /// The number of features of an output row: that of a cell's output, twice in both directions.
  public var outputSize: Int { layers.outputSize }

  /// Draws layers with random weights.
  ///
  /// - Precondition: all sizes are above 0, and the cells have what the variant asks for.
  public init(
    _ configuration: Configuration, inputSize: Int,
    initialization: RecurrentInitialization = .pytorch, key: RandomKey
  ) {
    if let misfit = configuration.misfit { trap("RecurrentEncoder: \(misfit)") }
    var options = CellOptions(hiddenSize: configuration.hiddenSize)
    options.variant = configuration.variant
    options.initialization = initialization
    layers = configuration.cell.drawn(
      options, for: StackedCells(configuration: configuration, inputSize: inputSize, key: key))
  }

  /// The layers as the kernels run them, where they do.
  package var fused: FusedNetwork? { layers.fused(dropsOut: false) }

  /// Whether the layers run at a precision; see ``SequenceLayer/runs(at:)``.
  public func runs(at precision: Precision) -> Bool { layers.runs(at: precision) }

  /// These layers with products of another precision.
  ///
  /// - Precondition: they ``runs(at:)`` it.
  public func running(at precision: Precision) -> RecurrentEncoder {
    var copy = self
    copy.layers = layers.running(at: precision)
    return copy
  }

  /// The state of `batch` sequences before their first step: zeros.
  public func zeroState(batch: Int) -> [Tensor] {
    func zeros(_ layer: some SequenceLayer) -> [Tensor] { layer.zeroState(batch: batch).tensors }
    return zeros(layers)
  }

  /// Runs over each sequence; see ``SequenceLayer``.
  ///
  /// - Parameters:
  ///   - input: the sequences.
  ///   - state: the state before the first step; zeros when nil.
  ///   - dropoutKey: names the dropout masks during training; nil for none.
  ///   - unrolling: how much is kept for the way back, and how far gradients flow.
  /// - Returns: `output`, a row of ``outputSize`` features for every step; `finalState`, each
  ///   sequence's state after its own last step; and `summary` `[N, outputSize]`, what every
  ///   direction of the last layer puts out after all of the sequence.
  /// - Precondition: `input` has ``inputSize`` features; `state`, if there is one, is that of these
  ///   layers and has a row for each sequence.
  public func callAsFunction(
    _ input: SequenceBatch, from state: [Tensor]? = nil, dropoutKey: RandomKey? = nil,
    unrolling: Unrolling = .whole
  ) -> (output: SequenceBatch, finalState: [Tensor], summary: Tensor) {
    func run<Layer: SequenceLayer>(
      _ layer: Layer
    ) -> (output: SequenceBatch, finalState: [Tensor], summary: Tensor) {
      let first = state.map { layer.zeroState(batch: 0).filled(from: $0) }
      let (output, last) = layer(
        input, from: first, dropoutKey: dropoutKey, unrolling: unrolling)
      return (output, last.tensors, layer.summary(of: last))
    }
    return run(layers)
  }

  /// Runs over each sequence of a batch whose rows recur, to the same bits in less time.
  public func callAsFunction(
    _ input: IndexedSequenceBatch, from state: [Tensor]? = nil, dropoutKey: RandomKey? = nil
  ) -> (output: SequenceBatch, finalState: [Tensor], summary: Tensor) {
    func run<Layer: SequenceLayer>(
      _ layer: Layer
    ) -> (output: SequenceBatch, finalState: [Tensor], summary: Tensor) {
      let first = state.map { layer.zeroState(batch: 0).filled(from: $0) }
      let (output, last) = layer(input, from: first, dropoutKey: dropoutKey)
      return (output, last.tensors, layer.summary(of: last))
    }
    return run(layers)
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    layers.visitParameters(&walk)
  }
}

/// Stacked layers of whatever cells.
private struct StackedCells: CellUse {
  let configuration: RecurrentEncoder.Configuration
  let inputSize: Int
  let key: RandomKey

  func callAsFunction<Cell: RecurrentCell>(
    _ draw: (_ inputs: Int, _ key: RandomKey) -> Cell
  ) -> any SequenceLayer {
    let (count, dropout) = (configuration.layerCount, configuration.dropout)
    let locks = configuration.locksDropout
    guard configuration.isBidirectional else {
      return Stack(
        count: count, inputSize: inputSize, dropout: dropout, locksDropout: locks
      ) { index, inputs in
        Recurrent(draw(inputs, key.folding(index)))
      }
    }
    return Stack(
      count: count, inputSize: inputSize, dropout: dropout, locksDropout: locks
    ) { index, inputs in
      let key = key.folding(index)
      return Bidirectional(
        forward: draw(inputs, key), backward: draw(inputs, key.folding("backward")))
    }
  }
}
