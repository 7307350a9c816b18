import CLembraKernels
public import LembraTensor

/// A gated recurrent unit.
///
///     r = σ(W_r x + b_ir + R_r h + b_hr)
///     z = σ(W_z x + b_iz + R_z h + b_hz)
///     n = tanh(W_n x + b_in + r ⊙ (R_n h + b_hn))       reset after the product
///     n = tanh(W_n x + b_in + R_n (r ⊙ h) + b_hn)       reset before the product
///     h' = (1 - z) ⊙ n + z ⊙ h
///
/// ``Variant`` lists what else there may be to it. Every variant runs on kernels over whole sequences.
///
/// - Note: Cho et al., "Learning phrase representations using RNN encoder-decoder", 2014, reset
///   before the product. PyTorch, cuDNN and ONNX's `linear_before_reset` reset after it, which is
///   the default here.
public struct GRUCell: NoisyCell {
  /// Where the reset gate acts.
  public enum Reset: String, Hashable, Codable, Sendable {
    /// On the product `R_n h + b_hn`.
    case afterProduct
    /// On the state `h`, before the product.
    case beforeProduct
  }

  /// `W` `[3H, I]`, `R` `[3H, H/heads]` and the biases `[3H]`: rows in the order reset gate, update gate,
  /// new state.
  public var weights: GateWeights
  public let reset: Reset
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
    inputSize: Int, hiddenSize: Int, reset: Reset = .afterProduct, variant: Variant = .plain,
    hasBias: Bool = true,
    initialization: RecurrentInitialization = .pytorch, key: RandomKey
  ) {
    weights = GateWeights(
      gates: 3, inputSize: inputSize, hiddenSize: hiddenSize, heads: variant.heads,
      hasBias: hasBias, initialization: initialization, key: key)
    self.reset = reset
    variant.check("GRUCell")
    self.variant = variant
    if variant.isNormalized { gains = GateGains(count: 3 * hiddenSize) }
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
    let (gates, candidate) = (0..<2 * units, 2 * units..<3 * units)
    let fromHidden = products.hidden(read)
    let sums = fromInput.columns(gates) + fromHidden.columns(gates)
    let r = watch.sigmoid(.reset, sums.columns(0..<units))
    let z = watch.sigmoid(.update, sums.columns(units..<2 * units))
    let reached =
      switch reset {
      case .afterProduct: r * fromHidden.columns(candidate)
      case .beforeProduct: products.hidden(r * read, product: 1)
      }
    let n = watch.tanh(.new, fromInput.columns(candidate) + reached)
    let next = z * (h - n) + n
    return HiddenState(
      hidden: watch.value(.hidden, zoneout.kept(h, next, zoneout.hidden, watch.noise?.hiddenKept)))
  }

  private var zoneout: Zoneout { Zoneout(hidden: variant.zoneout) }

  var recurrence: GatedRecurrence {
    var recurrence = GatedRecurrence(.gru(reset), weights, gains)
    recurrence.zoneout = zoneout
    recurrence.recurrentDropout = variant.recurrentDropout
    recurrence.noiseKey = noiseKey
    return recurrence
  }

  /// Whether the fused kernels know the cell.
  ///
  /// A reset before the product puts two products after each other into a step, which the fused
  /// kernels, with one product a step, do not compute.
  private var isFused: Bool { reset == .afterProduct && variant.isPlain && noiseKey == nil }

  public var fused: FusedCell? { isFused ? FusedCell(.gru, weights) : nil }

  public var trainingFloats: Int {
    variant == .plain && reset == .afterProduct
      ? FusedNetwork(FusedCell(.gru, weights)).floatsPerStep : recurrence.trainingFloats
  }

  public func run(
    _ input: SequenceBatch, from state: HiddenState?, direction: Direction
  ) -> (output: SequenceBatch, finalState: HiddenState) {
    if isFused { return runAsDefined(input, from: state, direction: direction) }
    return runGated(input, from: state, direction: direction)
  }

  public func stepper(inputSizes: [Int]) -> CellStepper {
    recurrence.stepper(inputSizes) { sums, state, noise in
      let h = state[0]
      guard reset == .afterProduct, variant.isPlain else {
        return [step(sums, HiddenState(hidden: h), watch: StepWatch(noise: noise)).hidden]
      }
      return [.gatedRecurrentUnit(sums.input, sums.hidden(noise.left(of: h)), h)]
    }
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk(&weights)
    walk("norm", &gains)
  }
}
