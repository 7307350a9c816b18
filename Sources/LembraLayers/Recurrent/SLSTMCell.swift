public import LembraTensor

/// An LSTM with exponential gates, which can revise what it has stored: sLSTM.
///
///     i, f, g, o = split(W x + b_ih + R h + b_hh)
///     m' = max(log f + m, i)
///     i' = exp(i - m')    f' = exp(log f + m - m')
///     c' = f' ⊙ c + i' ⊙ tanh(g)
///     n' = f' ⊙ n + i'
///     h' = σ(o) ⊙ c' / n'
///
/// with `log f` as ``ForgetGate`` has it. What is remembered is a mean, of which `n` is the weight; both are
/// kept as multiples of `exp(m)`, so that no gate overflows. A unit that has read nothing, with n = 0, takes
/// `m' = i`.
///
/// - Note: Beck et al., "xLSTM: extended long short-term memory", 2024.
public struct SLSTMCell: RecurrentCell {
  /// What the logarithm of a forget gate is made of.
  public enum ForgetGate: String, Hashable, Codable, Sendable {
    /// `log f = log σ(f)`, as in the published program of the paper.
    case sigmoid
    /// `log f = f`, which may let what is stored grow; the paper's other form.
    case exponential
  }

  /// The hidden, cell, normalizer and stabilizer vectors, `[N, H]` each.
  public struct State: RecurrentState {
    /// The output `h`.
    public var hidden: Tensor

    /// The weighted sum of what was read, `c`.
    public var cell: Tensor

    /// The sum of the weights, `n`.
    public var normalizer: Tensor

    /// The logarithm of what both are multiples of, `m`.
    public var stabilizer: Tensor

    /// - Precondition: all have as many rows.
    public init(hidden: Tensor, cell: Tensor, normalizer: Tensor, stabilizer: Tensor) {
      self.hidden = hidden
      self.cell = cell
      self.normalizer = normalizer
      self.stabilizer = stabilizer
    }

    /// A state that remembers `cell` as if a step with an input gate of `exp(0)` had read it, and nothing
    /// else: n = 1 and m = 0.
    ///
    /// - Precondition: both have as many rows.
    public init(hidden: Tensor, cell: Tensor) {
      self.init(
        hidden: hidden, cell: cell, normalizer: Tensor(repeating: 1, shape: cell.shape),
        stabilizer: Tensor(zeros: cell.shape))
    }

    public mutating func visitParameters(_ walk: inout ParameterWalk) {
      walk("hidden", &hidden)
      walk("cell", &cell)
      walk("normalizer", &normalizer)
      walk("stabilizer", &stabilizer)
    }

    // As the default does, without the names: every run of a layer visits its states.
    public mutating func visitTensors(_ body: (inout Tensor) -> Void) {
      body(&hidden)
      body(&cell)
      body(&normalizer)
      body(&stabilizer)
    }
  }

  /// `W` `[4H, I]`, `R` `[4H, H/heads]` and the biases `[4H]`: rows in the order input gate, forget gate,
  /// candidate, output gate.
  public var weights: GateWeights
  public let forgetGate: ForgetGate

  public var inputSize: Int { weights.inputSize }
  public var hiddenSize: Int { weights.outputSize }

  /// Creates a cell with random weights.
  ///
  /// - Parameters:
  ///   - inputSize: I.
  ///   - hiddenSize: H.
  ///   - heads: the number of blocks of `R`; see ``LSTMCell/Variant/heads``.
  ///   - forgetGate: what the forget gate is.
  ///   - hasBias: whether there are biases.
  ///   - initialization: how weights are drawn.
  ///   - key: names the random numbers.
  /// - Precondition: the sizes are above 0, and the heads divide H.
  public init(
    inputSize: Int, hiddenSize: Int, heads: Int = 1, forgetGate: ForgetGate = .sigmoid,
    hasBias: Bool = true, initialization: RecurrentInitialization = .pytorch, key: RandomKey
  ) {
    weights = GateWeights(
      gates: 4, inputSize: inputSize, hiddenSize: hiddenSize, heads: heads, hasBias: hasBias,
      initialization: initialization, forgetGate: 1, key: key)
    self.forgetGate = forgetGate
  }

  public func zeroState(batch: Int) -> State {
    let zeros = Tensor(zeros: [batch, hiddenSize])
    return State(hidden: zeros, cell: zeros, normalizer: zeros, stabilizer: zeros)
  }

  public func step(_ input: Tensor, _ state: State) -> State {
    step(input, state, watch: .none)
  }

  public func step(_ input: Tensor, _ state: State, watch: StepWatch) -> State {
    step(recurrence.sums(input), state, watch: watch)
  }

  private func step(_ products: StepSums, _ state: State, watch: StepWatch) -> State {
    let sums = products.input + products.hidden(state.hidden)
    func gate(_ index: Int) -> Tensor {
      sums.columns(index * hiddenSize..<(index + 1) * hiddenSize)
    }
    let (enters, forgets) = (gate(0), gate(1))
    watch.sum(.input, enters)
    watch.sum(.forget, forgets)
    let logForget = forgetGate == .sigmoid ? -(-forgets).softplus() : forgets
    let stays = logForget + state.stabilizer
    let stabilizer = watch.value(
      .stabilizer,
      enters.selected(
        where: state.normalizer.equal(to: Tensor(0)), otherwise: .maximum(enters, stays)))
    let enter = watch.value(.input, (enters - stabilizer).exp())
    // Above 0 only where there is nothing to keep.
    let keep = watch.value(
      .forget, Tensor.minimum(stays - stabilizer, Tensor(60)).exp())
    let candidate = watch.tanh(.candidate, gate(2))
    let cell = watch.value(.cell, keep * state.cell + enter * candidate)
    let normalizer = watch.value(.normalizer, keep * state.normalizer + enter)
    let out = watch.sigmoid(.output, gate(3))
    return State(
      hidden: watch.value(.hidden, out * (cell / normalizer)), cell: cell, normalizer: normalizer,
      stabilizer: stabilizer)
  }

  var recurrence: GatedRecurrence { GatedRecurrence(.slstm(forgetGate), weights) }

  public var trainingFloats: Int { recurrence.trainingFloats }

  public func run(
    _ input: SequenceBatch, from state: State?, direction: Direction
  ) -> (output: SequenceBatch, finalState: State) {
    runGated(input, from: state, direction: direction)
  }

  public func stepper(inputSizes: [Int]) -> CellStepper {
    recurrence.stepper(inputSizes) { sums, state, _ in
      step(sums, zeroState(batch: 0).filled(from: state), watch: .none).tensors
    }
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk(&weights)
  }
}

/// A layer of ``SLSTMCell``.
public typealias SLSTM = Recurrent<SLSTMCell>
