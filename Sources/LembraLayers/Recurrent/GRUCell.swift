public import LembraTensor

/// A gated recurrent unit.
///
///     r = σ(W_r x + b_ir + R_r h + b_hr)
///     z = σ(W_z x + b_iz + R_z h + b_hz)
///     n = tanh(W_n x + b_in + r ⊙ (R_n h + b_hn))       reset after the product
///     n = tanh(W_n x + b_in + R_n (r ⊙ h) + b_hn)       reset before the product
///     h' = (1 - z) ⊙ n + z ⊙ h
///
/// - Note: Cho et al., "Learning phrase representations using RNN encoder-decoder", 2014, reset
///   before the product. PyTorch, cuDNN and ONNX's `linear_before_reset` reset after it, which is
///   the default here.
public struct GRUCell: RecurrentCell {
  /// Where the reset gate acts.
  public enum Reset: String, Hashable, Codable, Sendable {
    /// On the product `R_n h + b_hn`.
    case afterProduct
    /// On the state `h`, before the product.
    case beforeProduct
  }

  /// `W` `[3H, I]`, `R` `[3H, H]` and the biases `[3H]`: rows in the order reset gate, update gate,
  /// new state.
  public var weights: GateWeights
  public let reset: Reset

  public var inputSize: Int { weights.inputSize }
  public var hiddenSize: Int { weights.hiddenSize }

  /// Creates a cell with random weights.
  ///
  /// - Precondition: the sizes are above 0.
  public init(
    inputSize: Int, hiddenSize: Int, reset: Reset = .afterProduct, hasBias: Bool = true,
    initialization: RecurrentInitialization = .pytorch, key: RandomKey
  ) {
    weights = GateWeights(
      gates: 3, inputSize: inputSize, hiddenSize: hiddenSize, hasBias: hasBias,
      initialization: initialization, key: key)
    self.reset = reset
  }

  public func step(_ input: Tensor, _ state: HiddenState) -> HiddenState {
    let (h, units) = (state.hidden, hiddenSize)
    let fromInput = input.affine(weights.input, weights.inputBias)
    let (gates, candidate) = (0..<2 * units, 2 * units..<3 * units)
    let n: Tensor
    let z: Tensor
    switch reset {
    case .afterProduct:
      let fromHidden = h.affine(weights.hidden, weights.hiddenBias)
      let rz = sigmoid(fromInput.columns(gates) + fromHidden.columns(gates))
      n = tanh(
        fromInput.columns(candidate) + rz.columns(0..<units) * fromHidden.columns(candidate))
      z = rz.columns(units..<2 * units)
    case .beforeProduct:
      let fromHidden = h.affine(weights.hidden.rows(gates), weights.hiddenBias?.rows(gates))
      let rz = sigmoid(fromInput.columns(gates) + fromHidden)
      let kept = rz.columns(0..<units) * h
      n = tanh(
        fromInput.columns(candidate)
          + kept.affine(weights.hidden.rows(candidate), weights.hiddenBias?.rows(candidate)))
      z = rz.columns(units..<2 * units)
    }
    return HiddenState(hidden: z * (h - n) + n)
  }

  public func stepper(inputSizes: [Int]) -> CellStepper {
    // A reset before the product puts two products after each other into a step.
    guard reset == .afterProduct else { return repeatingStep(inputSizes) }
    return weights.stepper(inputSizes) { x, y, state in
      [.gatedRecurrentUnit(x, y, state[0])]
    }
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk(&weights)
  }
}
