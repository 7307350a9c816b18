import CLembraKernels
public import LembraTensor

/// A GRU whose gates know only the input, so that whole sequences are one product and a scan.
///
///     z = σ(W_z x + b_z)
///     n = W_n x + b_n
///     h' = (1 - z) ⊙ h + z ⊙ n
///
/// - Note: Feng, Tung, Ahmed, Bengio and Hajimirsadeghi, "Were RNNs all we needed?", 2024: minGRU.
public struct MinGRUCell: RecurrentCell {
  /// `W` `[2H, I]` and the biases `[2H]`: rows in the order update gate, new state.
  public var weights: ScanWeights

  public var inputSize: Int { weights.inputSize }
  public var hiddenSize: Int { weights.input.shape[0] / 2 }

  /// Creates a cell with random weights, uniform in `± 1/√I`.
  ///
  /// - Precondition: the sizes are above 0.
  public init(
    inputSize: Int, hiddenSize: Int, hasBias: Bool = true,
    initialization: RecurrentInitialization = .pytorch, key: RandomKey
  ) {
    weights = ScanWeights(
      gates: 2, inputSize: inputSize, hiddenSize: hiddenSize, hasBias: hasBias,
      initialization: initialization, key: key)
  }

  public func step(_ input: Tensor, _ state: HiddenState) -> HiddenState {
    step(input, state, watch: .none)
  }

  public func step(_ input: Tensor, _ state: HiddenState, watch: StepWatch) -> HiddenState {
    step(sums: weights(input), state, watch: watch)
  }

  private func step(sums: Tensor, _ state: HiddenState, watch: StepWatch) -> HiddenState {
    let z = watch.sigmoid(.update, sums.columns(0..<hiddenSize))
    let n = watch.value(.new, sums.columns(hiddenSize..<2 * hiddenSize))
    return HiddenState(hidden: watch.value(.hidden, state.hidden + z * (n - state.hidden)))
  }

  public var trainingFloats: Int { weights.trainingFloats }

  public func run(
    _ input: SequenceBatch, from state: HiddenState?, direction: Direction
  ) -> (output: SequenceBatch, finalState: HiddenState) {
    ScanRecurrence(kind: lembra_min_gru)(weights, input, from: state, direction)
  }

  public func stepper(inputSizes: [Int]) -> CellStepper {
    weights.stepper(inputSizes) { step(sums: $0, $1, watch: .none) }
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk(&weights)
  }
}
