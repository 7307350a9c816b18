public import LembraTensor

/// One step of a recurrence: the definition of a recurrent layer.
///
/// A cell is written by its `step`; running over sequences of different lengths, both directions,
/// stacking and gradients follow from it. Shapes below write N for the batch, I for ``inputSize``
/// and H for ``hiddenSize``.
public protocol RecurrentCell: Module {
  /// What the cell carries from one step to the next.
  associatedtype State: RecurrentState

  var inputSize: Int { get }

  /// The number of units, H.
  var hiddenSize: Int { get }

  /// The length of an output, P: the default is H.
  var outputSize: Int { get }

  /// The state of `batch` sequences before their first step when nothing else is given: zeros.
  func zeroState(batch: Int) -> State

  /// Advances one step on `input` `[N, I]`; the output is the new state's `hidden` `[N, P]`.
  func step(_ input: Tensor, _ state: State) -> State

  /// Advances one step as `step` does, and shows what it computes on the way.
  ///
  /// The default shows nothing but the new state.
  ///
  /// - Parameters:
  ///   - input: a row for each sequence, `[N, I]`.
  ///   - state: the state before.
  ///   - watch: who looks on.
  /// - Returns: the state after.
  func step(_ input: Tensor, _ state: State, watch: StepWatch) -> State

  /// This cell as part of a network that Lembra's kernels run as a whole, or nil, the default, if each
  /// layer is run on its own.
  ///
  /// A fused cell's state is its hidden vector or, for an LSTM, its hidden and cell vector.
  var fused: FusedCell? { get }

  /// About how many numbers a step of one sequence leaves in memory while gradients are wanted.
  ///
  /// The default counts those of the `fused` cell or of repeated steps.
  var trainingFloats: Int { get }

  /// Whether chance has a part in training, such as by dropout from step to step; the default is no.
  var drawsNoise: Bool { get }

  /// This cell for one pass of training, in whose `run` chance has its part; the
  /// default is the cell itself.
  ///
  /// The noise of a sequence depends on the caller's index of it, not on the other sequences nor on the
  /// number of threads. `step` and steppers take its mean.
  func drawingNoise(_ key: RandomKey) -> Self

  /// This cell for advancing step by step with gradients, where the input of a step depends on the
  /// step before; see ``CellStepper``.
  ///
  /// The default repeats ``step(_:_:)``.
  ///
  /// - Parameter inputSizes: the sizes of the parts that an input is made of, side by side.
  /// - Returns: what advances.
  /// - Precondition: the sizes add up to ``inputSize``.
  func stepper(inputSizes: [Int]) -> CellStepper

  /// Runs over whole sequences, returning every output and each sequence's last state.
  ///
  /// The default repeats `step`, or runs the `fused` cell, which gives the same results.
  /// States are in the order of the input's layout.
  ///
  /// - Parameters:
  ///   - input: the sequences, with I features.
  ///   - state: the state before the first step; zeros when nil.
  ///   - direction: the order in which each sequence is read.
  /// - Returns: `output`, the hidden state at every step, `[rows, P]`, and `finalState`, each
  ///   sequence's state after its own last step.
  func run(
    _ input: SequenceBatch, from state: State?, direction: Direction
  ) -> (output: SequenceBatch, finalState: State)
}

extension RecurrentCell {
  public var outputSize: Int { hiddenSize }

  public func step(_ input: Tensor, _ state: State, watch: StepWatch) -> State {
    watch.state(step(input, state))
  }

  public var fused: FusedCell? { nil }

  public var trainingFloats: Int {
    fused.map { FusedNetwork($0).floatsPerStep } ?? floatsOfRepeatedStep()
  }

  public var drawsNoise: Bool { false }

  public func drawingNoise(_ key: RandomKey) -> Self { self }

  public func stepper(inputSizes: [Int]) -> CellStepper { repeatingStep(inputSizes) }

  public func run(
    _ input: SequenceBatch, from state: State?, direction: Direction
  ) -> (output: SequenceBatch, finalState: State) {
    runAsDefined(input, from: state, direction: direction)
  }

  /// Runs the ``fused`` cell, or repeats ``step(_:_:)``.
  func runAsDefined(
    _ input: SequenceBatch, from state: State?, direction: Direction
  ) -> (output: SequenceBatch, finalState: State) {
    guard var fused else { return scan(input, from: state, direction: direction) }
    fused.direction = direction
    let (rows, last) = FusedNetwork(fused)(input, from: state?.tensors)
    return (input.replacing(rows: rows), zeroState(batch: 0).filled(from: last))
  }

  /// Runs over whole sequences by repeating ``step(_:_:)``: the definition of `run`.
  ///
  /// Reading backward is the same loop in reverse. A shorter sequence joins at its own last step,
  /// where its state is still the one it began with.
  package func scan(
    _ input: SequenceBatch, from state: State?, direction: Direction
  ) -> (output: SequenceBatch, finalState: State) {
    scan(input, from: state, direction: direction) { rows, state, _ in step(rows, state) }
  }

  /// Runs over whole sequences by repeating `advance`, which is told the step, counted from the
  /// beginning of each sequence.
  package func scan(
    _ input: SequenceBatch, from state: State?, direction: Direction,
    _ advance: (_ rows: Tensor, _ state: State, _ step: Int) -> State
  ) -> (output: SequenceBatch, finalState: State) {
    let layout = input.layout
    var state = state ?? zeroState(batch: layout.batchCount)
    var outputs = [Tensor](
      repeating: Tensor(zeros: [0, outputSize]), count: max(layout.stepCount, 1))
    let inputs = input.rows.splittingRows(layout.activeCounts)
    let steps = Array(0..<layout.stepCount)
    for step in direction == .forward ? steps : steps.reversed() {
      let advanced = advance(
        inputs[step], state.rows(0..<layout.activeCounts[step]), step)
      outputs[step] = advanced.hidden.passedOn
      state = advanced.replacingPrefix(of: state)
    }
    return (input.replacing(rows: Tensor(stacking: outputs)), state)
  }
}

extension Tensor {
  /// The same, recorded on its own: what its gradient is made of is added to that of this tensor after
  /// what the next step has added.
  ///
  /// So it does not matter whether the next step belongs to the same run or to another.
  fileprivate var passedOn: Tensor { .recorded(detached, receiving { $0 }) }
}

extension RecurrentCell where State == HiddenState {
  public func zeroState(batch: Int) -> HiddenState {
    HiddenState(hidden: Tensor(zeros: [batch, hiddenSize]))
  }
}
