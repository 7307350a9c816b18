import CLembraKernels
public import LembraTensor

/// A simple recurrent cell in which every unit knows only itself.
///
///     h' = f(W x + b + u ⊙ h)
///
/// - Note: Li, Li, Cook, Zhu and Gao, "Independently recurrent neural network (IndRNN): building a
///   longer and deeper RNN", 2018, with relu.
public struct IndRNNCell: RecurrentCell {
  /// `W` `[H, I]` and the bias `[H]`.
  public var weights: ScanWeights

  /// `u`, `[H]`.
  public var recurrent: Tensor

  /// The function `f`.
  public let nonlinearity: RNNCell.Nonlinearity

  public var inputSize: Int { weights.inputSize }
  public var hiddenSize: Int { weights.input.shape[0] }

  /// Creates a cell with random weights, uniform in `± 1/√I`; `u` is uniform in `0...1`, so that some
  /// units remember long and others do not.
  ///
  /// - Precondition: the sizes are above 0.
  public init(
    inputSize: Int, hiddenSize: Int, nonlinearity: RNNCell.Nonlinearity = .relu,
    hasBias: Bool = true, initialization: RecurrentInitialization = .pytorch, key: RandomKey
  ) {
    weights = ScanWeights(
      gates: 1, inputSize: inputSize, hiddenSize: hiddenSize, hasBias: hasBias,
      initialization: initialization, key: key)
    recurrent = Tensor(uniformIn: 0...1, shape: [hiddenSize], key: key.folding("weight_hh"))
    self.nonlinearity = nonlinearity
  }

  public func step(_ input: Tensor, _ state: HiddenState) -> HiddenState {
    step(input, state, watch: .none)
  }

  public func step(_ input: Tensor, _ state: HiddenState, watch: StepWatch) -> HiddenState {
    step(sums: weights(input), state, watch: watch)
  }

  private func step(sums: Tensor, _ state: HiddenState, watch: StepWatch) -> HiddenState {
    let sum = sums + state.hidden * recurrent
    return HiddenState(
      hidden: nonlinearity == .tanh
        ? watch.tanh(.hidden, sum) : watch.value(.hidden, sum.relu(), of: sum))
  }

  public var trainingFloats: Int { weights.trainingFloats }

  public func run(
    _ input: SequenceBatch, from state: HiddenState?, direction: Direction
  ) -> (output: SequenceBatch, finalState: HiddenState) {
    let recurrence = ScanRecurrence(
      kind: nonlinearity == .tanh ? lembra_scan_tanh : lembra_scan_relu, recurrent: recurrent)
    return recurrence(weights, input, from: state, direction)
  }

  public func stepper(inputSizes: [Int]) -> CellStepper {
    weights.stepper(inputSizes) { step(sums: $0, $1, watch: .none) }
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk(&weights)
    walk("weight_hh", &recurrent)
  }
}
