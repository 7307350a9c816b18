public import LembraTensor

/// A long short-term memory cell.
///
///     i, f, g, o = split(W x + b_ih + R h + b_hh)
///     c' = σ(f) ⊙ c + σ(i) ⊙ tanh(g)
///     h' = σ(o) ⊙ tanh(c')
///
/// - Note: Hochreiter and Schmidhuber, "Long short-term memory", 1997, with the forget gate of
///   Gers, Schmidhuber and Cummins, 2000.
public struct LSTMCell: RecurrentCell {
  /// The hidden and cell vectors, each `[N, H]`.
  public struct State: RecurrentState {
    /// The output `h`.
    public var hidden: Tensor

    /// What the cell remembers, `c`.
    public var cell: Tensor

    /// - Precondition: both have the same shape.
    public init(hidden: Tensor, cell: Tensor) {
      self.hidden = hidden
      self.cell = cell
    }

    public mutating func visitParameters(_ walk: inout ParameterWalk) {
      walk("hidden", &hidden)
      walk("cell", &cell)
    }

    // As the default does, without the names: every run of a layer visits its states.
    public mutating func visitTensors(_ body: (inout Tensor) -> Void) {
      body(&hidden)
      body(&cell)
    }
  }

  /// `W` `[4H, I]`, `R` `[4H, H]` and the biases `[4H]`: rows in the order input gate, forget gate,
  /// candidate, output gate.
  public var weights: GateWeights

  public var inputSize: Int { weights.inputSize }
  public var hiddenSize: Int { weights.hiddenSize }

  /// Creates a cell with random weights.
  ///
  /// - Precondition: the sizes are above 0.
  public init(
    inputSize: Int, hiddenSize: Int, hasBias: Bool = true,
    initialization: RecurrentInitialization = .pytorch, key: RandomKey
  ) {
    weights = GateWeights(
      gates: 4, inputSize: inputSize, hiddenSize: hiddenSize, hasBias: hasBias,
      initialization: initialization, forgetGate: 1, key: key)
  }

  public func zeroState(batch: Int) -> State {
    let zeros = Tensor(zeros: [batch, hiddenSize])
    return State(hidden: zeros, cell: zeros)
  }

  public func step(_ input: Tensor, _ state: State) -> State {
    let gates =
      input.affine(weights.input, weights.inputBias)
      + state.hidden.affine(weights.hidden, weights.hiddenBias)
    func gate(_ index: Int) -> Tensor {
      gates.columns(index * hiddenSize..<(index + 1) * hiddenSize)
    }
    let cell = sigmoid(gate(1)) * state.cell + sigmoid(gate(0)) * tanh(gate(2))
    return State(hidden: sigmoid(gate(3)) * tanh(cell), cell: cell)
  }

  public func stepper(inputSizes: [Int]) -> CellStepper {
    weights.stepper(inputSizes) { x, y, state in
      let (hidden, cell) = Tensor.longShortTermMemory(x, y, cell: state[1])
      return [hidden, cell]
    }
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk(&weights)
  }
}
