import CLembraKernels
public import LembraTensor

/// An LSTM whose gates know only the input, so that whole sequences are one product and a scan.
///
///     f, i = σ(W_f x + b_f), σ(W_i x + b_i)
///     n = W_n x + b_n
///     h' = (f ⊙ h + i ⊙ n) / (f + i)
///
/// - Note: Feng, Tung, Ahmed, Bengio and Hajimirsadeghi, "Were RNNs all we needed?", 2024: minLSTM,
///   with its gates normalised.
public struct MinLSTMCell: RecurrentCell {
  /// `W` `[3H, I]` and the biases `[3H]`: rows in the order forget gate, input gate, new state.
  public var weights: ScanWeights

  public var inputSize: Int { weights.inputSize }
  public var hiddenSize: Int { weights.input.shape[0] / 3 }

  /// Creates a cell with random weights, uniform in `± 1/√I`.
  ///
  /// - Precondition: the sizes are above 0.
  public init(
    inputSize: Int, hiddenSize: Int, hasBias: Bool = true,
    initialization: RecurrentInitialization = .pytorch, key: RandomKey
  ) {
    weights = ScanWeights(
      gates: 3, inputSize: inputSize, hiddenSize: hiddenSize, hasBias: hasBias,
      initialization: initialization, key: key)
  }

  public func step(_ input: Tensor, _ state: HiddenState) -> HiddenState {
    step(input, state, watch: .none)
  }

  public func step(_ input: Tensor, _ state: HiddenState, watch: StepWatch) -> HiddenState {
    step(sums: weights(input), state, watch: watch)
  }

  private func step(sums: Tensor, _ state: HiddenState, watch: StepWatch) -> HiddenState {
    func part(_ index: Int) -> Tensor {
      sums.columns(index * hiddenSize..<(index + 1) * hiddenSize)
    }
    let (forget, enter) = (watch.sigmoid(.forget, part(0)), watch.sigmoid(.input, part(1)))
    let new = watch.value(.new, part(2))
    let share = forget / (forget + enter)
    return HiddenState(hidden: watch.value(.hidden, new + share * (state.hidden - new)))
  }

  public var trainingFloats: Int { weights.trainingFloats }

  public func run(
    _ input: SequenceBatch, from state: HiddenState?, direction: Direction
  ) -> (output: SequenceBatch, finalState: HiddenState) {
    ScanRecurrence(kind: lembra_min_lstm)(weights, input, from: state, direction)
  }

  public func stepper(inputSizes: [Int]) -> CellStepper {
    weights.stepper(inputSizes) { step(sums: $0, $1, watch: .none) }
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk(&weights)
  }
}
