public import LembraTensor

/// A recurrent layer: a cell run over every step of a batch of sequences.
public struct Recurrent<Cell: RecurrentCell>: SequenceLayer {
  /// The cell that is run over every step.
  public var cell: Cell

  /// The order in which each sequence is read.
  public let direction: Direction

  /// The learnt state before the first step, of one row, or nil for zeros.
  public var initialState: Cell.State?

  public var precision = Precision.float32

  /// What looks into the layer; usually nothing.
  var probe: LayerProbe?

  public var inputSize: Int { cell.inputSize }
  public var outputSize: Int { cell.outputSize }

  /// Creates a layer from a cell.
  ///
  /// - Parameters:
  ///   - cell: the cell.
  ///   - direction: the order in which each sequence is read.
  ///   - learnsInitialState: whether the state before the first step is a parameter, at first zero.
  public init(_ cell: Cell, direction: Direction = .forward, learnsInitialState: Bool = false) {
    self.cell = cell
    self.direction = direction
    if learnsInitialState { initialState = cell.zeroState(batch: 1) }
  }

  public func zeroState(batch: Int) -> Cell.State { cell.zeroState(batch: batch) }

  public func firstState(batch: Int) -> Cell.State {
    initialState?.repeated(batch) ?? cell.zeroState(batch: batch)
  }

  public func fused(dropsOut: Bool) -> FusedNetwork? {
    guard probe == nil, !(dropsOut && cell.drawsNoise), var fused = cell.fused else { return nil }
    fused.direction = direction
    fused.firstState = initialState?.tensors
    var network = FusedNetwork(fused)
    network.precision = precision
    return network
  }

  public func run(
    _ input: SequenceBatch, from state: Cell.State?, dropoutKey: RandomKey?
  ) -> (output: SequenceBatch, finalState: Cell.State) {
    let layout = input.layout
    precondition(
      state.map { $0.batchCount == layout.batchCount } ?? true,
      "a state of \(state?.batchCount ?? 0) rows for \(layout.batchCount) sequences")
    if let network = fused(dropsOut: dropoutKey != nil) { return run(network, input, from: state) }
    precondition(precision == .float32, "a layer of \(Cell.self) does not run at \(precision)")
    let first =
      state?.mapping { $0.inOrder(of: layout) } ?? initialState?.repeated(layout.batchCount)
    let own = dropoutKey.map { cell.drawingNoise($0.folding("cell")) } ?? cell
    let (output, last) =
      probe.map { own.scan(input, from: first, direction: direction, probe: $0) }
      ?? own.run(input, from: first, direction: direction)
    return (output, last.mapping { $0.inCallersOrder(of: layout) })
  }

  public var segmentReading: SegmentReading? {
    // What looks on sees whole sequences.
    if probe != nil { return nil }
    return SegmentReading(direction: direction, floatsPerStep: cell.trainingFloats)
  }

  public func summary(of state: Cell.State) -> Tensor {
    state.hidden
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk.attach(&probe, direction)
    walk.visitRecurrent(direction) { walk in
      walk(&cell)
      walk("initial", &initialState)
    }
  }
}

/// A layer of ``RNNCell``.
public typealias RNN = Recurrent<RNNCell>

/// A layer of ``LSTMCell``.
public typealias LSTM = Recurrent<LSTMCell>

/// A layer of ``GRUCell``.
public typealias GRU = Recurrent<GRUCell>
