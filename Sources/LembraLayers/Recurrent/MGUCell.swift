public import LembraTensor

/// A minimal gated unit: a GRU with one gate, which decides both what the new state knows of the old one
/// and how much of it is taken.
///
///     f = σ(W_f x + b_if + R_f h + b_hf)
///     n = tanh(W_n x + b_in + R_n (f ⊙ h) + b_hn)
///     h' = (1 - f) ⊙ h + f ⊙ n
///
/// It has two thirds of a GRU's weights. The variants are those of a GRU, and all of them run on kernels
/// over whole sequences.
///
/// - Note: Zhou, Wu, Zhang and Zhou, "Minimal gated unit for recurrent neural networks", 2016.
public struct MGUCell: NoisyCell {
  public typealias Variant = GRUCell.Variant

  /// `W` `[2H, I]`, `R` `[2H, H/heads]` and the biases `[2H]`: rows in the order forget gate, new state.
  public var weights: GateWeights
  public let variant: Variant

  /// The gains of a cell that is normalised.
  public var gains: GateGains?

  /// What names the noise of the runs of this cell; nil for none.
  public var noiseKey: RandomKey?

  public var inputSize: Int { weights.inputSize }
  public var hiddenSize: Int { weights.outputSize }
  public var drawsNoise: Bool { variant.drawsNoise }

  /// Creates a cell with random weights.
  ///
  /// - Precondition: the sizes are above 0, rates are at least 0 and below 1, and the heads divide H.
  public init(
    inputSize: Int, hiddenSize: Int, variant: Variant = .plain, hasBias: Bool = true,
    initialization: RecurrentInitialization = .pytorch, key: RandomKey
  ) {
    variant.check("MGUCell")
    weights = GateWeights(
      gates: 2, inputSize: inputSize, hiddenSize: hiddenSize, heads: variant.heads,
      hasBias: hasBias, initialization: initialization, key: key)
    self.variant = variant
    if variant.isNormalized { gains = GateGains(count: 2 * hiddenSize) }
  }

  public func step(_ input: Tensor, _ state: HiddenState) -> HiddenState {
    step(input, state, watch: .none)
  }

  public func step(_ input: Tensor, _ state: HiddenState, watch: StepWatch) -> HiddenState {
    step(recurrence.sums(input), state, watch: watch)
  }

  private func step(_ products: StepSums, _ state: HiddenState, watch: StepWatch) -> HiddenState {
    let (h, units) = (state.hidden, hiddenSize)
    let read = watch.noise.left(of: h)
    let fromInput = products.input
    let f = watch.sigmoid(.forget, fromInput.columns(0..<units) + products.hidden(read))
    let n = watch.tanh(
      .new, fromInput.columns(units..<2 * units) + products.hidden(f * read, product: 1))
    let next = f * (n - h) + h
    return HiddenState(
      hidden: watch.value(.hidden, zoneout.kept(h, next, zoneout.hidden, watch.noise?.hiddenKept)))
  }

  private var zoneout: Zoneout { Zoneout(hidden: variant.zoneout) }

  var recurrence: GatedRecurrence {
    var recurrence = GatedRecurrence(.mgu, weights, gains)
    recurrence.zoneout = zoneout
    recurrence.recurrentDropout = variant.recurrentDropout
    recurrence.noiseKey = noiseKey
    return recurrence
  }

  public var trainingFloats: Int { recurrence.trainingFloats }

  public func run(
    _ input: SequenceBatch, from state: HiddenState?, direction: Direction
  ) -> (output: SequenceBatch, finalState: HiddenState) {
    runGated(input, from: state, direction: direction)
  }

  public func stepper(inputSizes: [Int]) -> CellStepper {
    recurrence.stepper(inputSizes) { sums, state, noise in
      [step(sums, HiddenState(hidden: state[0]), watch: StepWatch(noise: noise)).hidden]
    }
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk(&weights)
    walk("norm", &gains)
  }
}

/// A layer of ``MGUCell``.
public typealias MGU = Recurrent<MGUCell>
