import CLembraKernels
public import LembraTensor

/// A long short-term memory cell.
///
///     i, f, g, o = split(W x + b_ih + R h + b_hh)
///     c' = σ(f) ⊙ c + σ(i) ⊙ tanh(g)
///     h' = σ(o) ⊙ tanh(c')
///
/// ``Variant`` lists what else there may be to it. Every variant runs on kernels over whole sequences.
///
/// - Note: Hochreiter and Schmidhuber, "Long short-term memory", 1997, with the forget gate of
///   Gers, Schmidhuber and Cummins, 2000.
public struct LSTMCell: NoisyCell {
  /// The hidden vector `[N, P]`, where P is H unless outputs are projected, and the cell vector
  /// `[N, H]`.
  public struct State: RecurrentState {
    /// The output `h`.
    public var hidden: Tensor

    /// What the cell remembers, `c`.
    public var cell: Tensor

    /// - Precondition: both have as many rows.
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

  public let variant: Variant

  /// `W` `[4H, I]`, `R` `[4H, P/heads]` and the biases `[4H]`: rows in the order input gate, forget gate,
  /// candidate, output gate; coupled gates lack the input gate's.
  public var weights: GateWeights

  /// `p_i`, `p_f` and `p_o`, `[3, H]`, of a cell with peepholes; coupled gates lack the first.
  public var peepholes: Tensor?

  /// `W_p`, `[P, H]`, of a cell whose output is projected.
  public var projection: Tensor?

  /// The gains of a cell that is normalised.
  public var gains: GateGains?

  /// The gain and the shift of the normalised cell vector.
  public var cellNorm: LayerNorm?

  /// What names the noise of the runs of this cell; nil for none.
  public var noiseKey: RandomKey?

  public var inputSize: Int { weights.inputSize }
  public var hiddenSize: Int { weights.hidden.shape[0] / variant.gateCount }
  public var outputSize: Int { weights.outputSize }
  public var drawsNoise: Bool { variant.drawsNoise }

  /// Creates a cell with random weights.
  ///
  /// Peepholes are uniform in `± 1/√H`, and so is the projection unless hidden weights are drawn in another
  /// way; gains begin with 1.
  ///
  /// - Precondition: the sizes are above 0, rates are at least 0 and below 1, and the heads divide H and P.
  public init(
    inputSize: Int, hiddenSize: Int, variant: Variant = .plain, hasBias: Bool = true,
    initialization: RecurrentInitialization = .pytorch, key: RandomKey
  ) {
    variant.check()
    self.variant = variant
    weights = GateWeights(
      gates: variant.gateCount, inputSize: inputSize, hiddenSize: hiddenSize,
      outputSize: variant.projectionSize, heads: variant.heads, hasBias: hasBias,
      initialization: initialization, forgetGate: variant.couplesGates ? 0 : 1, key: key)
    let uniform = Initializer.uniform(bound: 1 / Float(hiddenSize).squareRoot())
    if variant.hasPeepholes {
      peepholes = uniform(
        [variant.gateCount - 1, hiddenSize], parts: 1, key: key.folding("weight_peephole"))
    }
    if let size = variant.projectionSize {
      projection = (initialization.hidden ?? uniform)(
        [size, hiddenSize], parts: 1, key: key.folding("weight_hr"))
    }
    if variant.isNormalized {
      gains = GateGains(count: variant.gateCount * hiddenSize)
      cellNorm = LayerNorm(featureCount: hiddenSize, epsilon: GatedRecurrence.epsilon)
    }
  }

  public func zeroState(batch: Int) -> State {
    State(
      hidden: Tensor(zeros: [batch, outputSize]), cell: Tensor(zeros: [batch, hiddenSize]))
  }

  public func step(_ input: Tensor, _ state: State) -> State {
    step(input, state, watch: .none)
  }

  public func step(_ input: Tensor, _ state: State, watch: StepWatch) -> State {
    step(recurrence.sums(input), state, watch: watch)
  }

  private func step(_ products: StepSums, _ state: State, watch: StepWatch) -> State {
    let noise = watch.noise
    let sums = products.input + products.hidden(noise.left(of: state.hidden))
    let units = hiddenSize
    func gate(_ index: Int) -> Tensor {
      // Coupled gates lack the first.
      let place = variant.couplesGates ? index - 1 : index
      return sums.columns(place * units..<(place + 1) * units)
    }
    func peephole(_ index: Int, _ cell: Tensor) -> Tensor? {
      let place = variant.couplesGates ? index - 1 : index
      return peepholes.map { cell * $0.rows(place..<place + 1).reshaped(to: [units]) }
    }
    func added(_ sum: Tensor, _ other: Tensor?) -> Tensor { other.map { sum + $0 } ?? sum }
    let forget = watch.sigmoid(.forget, added(gate(1), peephole(1, state.cell)))
    let enter =
      variant.couplesGates
      ? 1 - forget : watch.sigmoid(.input, added(gate(0), peephole(0, state.cell)))
    let next = watch.value(
      .cell, forget * state.cell + enter * watch.tanh(.candidate, gate(2)))
    let out = watch.sigmoid(.output, added(gate(3), peephole(2, next)))
    let hidden = products.output(out * tanh(cellNorm?(next) ?? next))
    return State(
      hidden: watch.value(
        .hidden,
        variant.zoneout.kept(state.hidden, hidden, variant.zoneout.hidden, noise?.hiddenKept)),
      cell: variant.zoneout.kept(state.cell, next, variant.zoneout.cell, noise?.cellKept))
  }

  var recurrence: GatedRecurrence {
    var recurrence = GatedRecurrence(
      .lstm(couplesGates: variant.couplesGates), weights, gains)
    recurrence.cellGain = cellNorm?.weight
    recurrence.cellShift = cellNorm?.bias
    recurrence.peepholes = peepholes
    recurrence.projection = projection
    recurrence.zoneout = variant.zoneout
    recurrence.recurrentDropout = variant.recurrentDropout
    recurrence.noiseKey = noiseKey
    return recurrence
  }

  /// Whether the fused kernels know the cell.
  private var isFused: Bool { variant.isPlain && noiseKey == nil }

  public var fused: FusedCell? { isFused ? FusedCell(.lstm, weights) : nil }

  public var trainingFloats: Int {
    variant == .plain
      ? FusedNetwork(FusedCell(.lstm, weights)).floatsPerStep : recurrence.trainingFloats
  }

  public func run(
    _ input: SequenceBatch, from state: State?, direction: Direction
  ) -> (output: SequenceBatch, finalState: State) {
    if isFused { return runAsDefined(input, from: state, direction: direction) }
    return runGated(input, from: state, direction: direction)
  }

  public func stepper(inputSizes: [Int]) -> CellStepper {
    recurrence.stepper(inputSizes) { sums, state, noise in
      guard variant.isPlain else {
        return step(
          sums, State(hidden: state[0], cell: state[1]), watch: StepWatch(noise: noise)
        ).tensors
      }
      let read = noise.left(of: state[0])
      let (hidden, cell) = Tensor.longShortTermMemory(
        sums.input, sums.hidden(read), cell: state[1])
      return [hidden, cell]
    }
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk(&weights)
    walk("weight_peephole", &peepholes)
    walk("weight_hr", &projection)
    walk("norm", &gains)
    walk("norm_cell", &cellNorm)
  }
}
