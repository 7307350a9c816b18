public import LembraTensor

/// A simple recurrent cell.
///
///     h' = f(W x + b_ih + R h + b_hh)
///
/// - Note: Elman, "Finding structure in time", 1990.
public struct RNNCell: RecurrentCell {
  /// The function `f`.
  public enum Nonlinearity: String, Hashable, Codable, Sendable {
    case tanh
    case relu
  }

  /// `W` `[H, I]`, `R` `[H, H]` and the biases `[H]`.
  public var weights: GateWeights
  public let nonlinearity: Nonlinearity

  public var inputSize: Int { weights.inputSize }
  public var hiddenSize: Int { weights.outputSize }

  /// Creates a cell with random weights.
  ///
  /// - Precondition: the sizes are above 0.
  public init(
    inputSize: Int, hiddenSize: Int, nonlinearity: Nonlinearity = .tanh, hasBias: Bool = true,
    initialization: RecurrentInitialization = .pytorch, key: RandomKey
  ) {
    weights = GateWeights(
      gates: 1, inputSize: inputSize, hiddenSize: hiddenSize, hasBias: hasBias,
      initialization: initialization, key: key)
    self.nonlinearity = nonlinearity
  }

  public func step(_ input: Tensor, _ state: HiddenState) -> HiddenState {
    step(input, state, watch: .none)
  }

  public func step(_ input: Tensor, _ state: HiddenState, watch: StepWatch) -> HiddenState {
    let sum =
      input.affine(weights.input, weights.inputBias)
      + state.hidden.affine(weights.hidden, weights.hiddenBias)
    return HiddenState(
      hidden: nonlinearity == .tanh
        ? watch.tanh(.hidden, sum) : watch.value(.hidden, sum.relu(), of: sum))
  }

  public func stepper(inputSizes: [Int]) -> CellStepper {
    let recurrent = RepeatedAffine(weights.hidden, weights.hiddenBias)
    return CellStepper(weights.input, weights.inputBias, inputSizes) {
      [nonlinearity] x, state, _ in
      let sum = x + recurrent(state[0])
      return [nonlinearity == .tanh ? tanh(sum) : sum.relu()]
    }
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk(&weights)
  }
}
