public import LembraTensor

/// Two recurrent layers that read each sequence in opposite orders.
///
/// - Note: Schuster and Paliwal, "Bidirectional recurrent neural networks", 1997.
public struct Bidirectional<Cell: RecurrentCell>: SequenceLayer {
  /// How the outputs of the two directions become one.
  public enum Merge: String, Hashable, Codable, Sendable {
    /// Side by side, forward first: twice as many features.
    case concatenate
    case sum
    case mean
    /// Element by element.
    case product

    func callAsFunction(_ forward: Tensor, _ backward: Tensor) -> Tensor {
      switch self {
      case .concatenate: Tensor(concatenatingColumns: [forward, backward])
      case .sum: forward + backward
      case .mean: (forward + backward) * 0.5
      case .product: forward * backward
      }
    }
  }

  /// Each direction's state, after its own last step.
  public struct State: CarriedState {
    /// The state after the last step.
    public var forward: Cell.State

    /// The state after the first step.
    public var backward: Cell.State

    /// A state from those of the two directions.
    public init(forward: Cell.State, backward: Cell.State) {
      self.forward = forward
      self.backward = backward
    }

    public mutating func visitTensors(_ body: (inout Tensor) -> Void) {
      forward.visitTensors(body)
      backward.visitTensors(body)
    }
  }

  /// The layer that reads each sequence from its beginning.
  public var forward: Recurrent<Cell>

  /// The layer that reads each sequence from its end; of the same sizes as ``forward``.
  public var backward: Recurrent<Cell>

  /// How the outputs of the two become one.
  public let merge: Merge

  public var inputSize: Int { forward.inputSize }
  public var outputSize: Int { forward.outputSize * (merge == .concatenate ? 2 : 1) }

  public var precision: Precision {
    get { forward.precision }
    set {
      forward.precision = newValue
      backward.precision = newValue
    }
  }

  /// Creates a layer from a cell for each direction.
  ///
  /// - Precondition: the cells have the same sizes.
  public init(
    forward: Cell, backward: Cell, merge: Merge = .concatenate, learnsInitialState: Bool = false
  ) {
    precondition(
      forward.inputSize == backward.inputSize && forward.outputSize == backward.outputSize,
      "Bidirectional: the cells of the two directions differ in size")
    self.forward = Recurrent(forward, learnsInitialState: learnsInitialState)
    self.backward = Recurrent(
      backward, direction: .backward, learnsInitialState: learnsInitialState)
    self.merge = merge
  }

  public func zeroState(batch: Int) -> State {
    State(forward: forward.zeroState(batch: batch), backward: backward.zeroState(batch: batch))
  }

  public func firstState(batch: Int) -> State {
    State(forward: forward.firstState(batch: batch), backward: backward.firstState(batch: batch))
  }

  /// The kernels put the outputs of the two directions side by side.
  public func fused(dropsOut: Bool) -> FusedNetwork? {
    merge == .concatenate ? bothDirections(dropsOut: dropsOut) : nil
  }

  private func bothDirections(dropsOut: Bool) -> FusedNetwork? {
    guard let ahead = forward.fused(dropsOut: dropsOut),
      let back = backward.fused(dropsOut: dropsOut)
    else { return nil }
    return FusedNetwork(forward: ahead, backward: back)
  }

  public func run(
    _ input: SequenceBatch, from state: State?, dropoutKey: RandomKey?
  ) -> (output: SequenceBatch, finalState: State) {
    precondition(
      merge == .concatenate || precision == .float32,
      "a layer whose outputs are merged by \(merge) does not run at \(precision)")
    if let bothDirections = bothDirections(dropsOut: dropoutKey != nil) {
      let (output, last) = run(bothDirections, input, from: state)
      guard merge != .concatenate else { return (output, last) }
      let units = forward.outputSize
      let (ahead, back) = (
        output.rows.columns(0..<units), output.rows.columns(units..<2 * units)
      )
      return (input.replacing(rows: merge(ahead, back)), last)
    }
    let (ahead, last) = forward.run(
      input, from: state?.forward, dropoutKey: dropoutKey?.folding("forward"))
    let (back, first) = backward.run(
      input, from: state?.backward, dropoutKey: dropoutKey?.folding("backward"))
    return (
      input.replacing(rows: merge(ahead.rows, back.rows)), State(forward: last, backward: first)
    )
  }

  /// Each direction is read on its own, and both share the memory.
  public func unroll(
    _ input: SequenceBatch, from state: State?, dropoutKey: RandomKey?, by unrolling: Unrolling,
    keepsOutputs: Bool
  ) -> (output: SequenceBatch?, finalState: State) {
    if unrolling == .whole { return run(input, from: state, dropoutKey: dropoutKey) }
    let share = unrolling.shared(by: 2)
    let (ahead, last) = forward.unroll(
      input, from: state?.forward, dropoutKey: dropoutKey?.folding("forward"), by: share,
      keepsOutputs: keepsOutputs)
    let (back, first) = backward.unroll(
      input, from: state?.backward, dropoutKey: dropoutKey?.folding("backward"), by: share,
      keepsOutputs: keepsOutputs)
    let states = State(forward: last, backward: first)
    guard let ahead, let back else { return (nil, states) }
    return (input.replacing(rows: merge(ahead.rows, back.rows)), states)
  }

  public func summary(of state: State) -> Tensor {
    merge(state.forward.hidden, state.backward.hidden)
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk(&forward)
    walk(&backward)
  }
}
