/// How the first weights of a recurrent cell are drawn.
public struct RecurrentInitialization: Hashable, Codable, Sendable {
  /// Draws the input weights of each gate, `[H, I]`; nil stands for PyTorch's uniform `± 1/√H`.
  public var input: Initializer?

  /// Draws the hidden weights of each gate, `[H, H]`; nil stands for PyTorch's uniform `± 1/√H`.
  public var hidden: Initializer?

  /// Draws the biases; nil stands for PyTorch's uniform `± 1/√H`.
  public var bias: Initializer?

  /// What an LSTM's forget gate begins with as its whole bias; nil to leave it as drawn.
  ///
  /// A value of 1 lets the cell remember from the start (Gers, Schmidhuber and Cummins, 2000;
  /// Jozefowicz, Zaremba and Sutskever, 2015).
  public var forgetGateBias: Float?

  public init(
    input: Initializer? = nil, hidden: Initializer? = nil, bias: Initializer? = nil,
    forgetGateBias: Float? = nil
  ) {
    self.input = input
    self.hidden = hidden
    self.bias = bias
    self.forgetGateBias = forgetGateBias
  }

  /// Uniform in `± 1/√H` throughout.
  public static let pytorch = RecurrentInitialization()

  /// Glorot input weights, orthogonal hidden weights, biases 0 but 1 for the forget gate.
  public static let orthogonal = RecurrentInitialization(
    input: .glorotUniform, hidden: .orthogonal, bias: .zeros, forgetGateBias: 1)
}
