import CLembraKernels
import LembraTensor

/// The recurrence of a gated cell with more to a step than one product and its gates.
///
/// Whole sequences are one record on the tape, as with the plain cells. A step multiplies the state
/// of some sequences by the packed weights and leads the sums through the cell; normalisation, a
/// projection, noise and a second product are further passes over rows that are still in the cache.
/// Threads share out the sequences and never wait for each other.
///
/// H is the number of units, G that of gates and P the size of an output, which is H without a
/// projection.
struct GatedRecurrence: Sendable {
  enum Kind: Sendable {
    case lstm(couplesGates: Bool)
    case slstm(SLSTMCell.ForgetGate)
    case gru(GRUCell.Reset)
    case mgu
  }

  let kind: Kind
  let weights: GateWeights

  /// Those of a cell whose sums are normalised.
  let gains: GateGains?

  /// The products of a step, each with its blocks of `R`: of the state; and of what a gate has left of it
  /// for the new state, which is the last gate, where the gate acts before that product.
  let products: [HiddenBlocks]

  /// The gates that are normalised together: all of an LSTM, but a new state on its own.
  let normalizedGroups: [Range<Int>]

  /// What an LSTM's normalised cell vector is multiplied by and shifted by, each `[H]`.
  var cellGain: Tensor?
  var cellShift: Tensor?

  /// An LSTM's weights from its cell vector to its gates, `[gates, H]`.
  var peepholes: Tensor?

  /// From the units to the output, `[P, H]`.
  var projection: Tensor?

  /// How much of the state before a unit keeps on average.
  var zoneout = Zoneout()

  /// The rate at which elements of the state are dropped before `R` where noise is drawn.
  var recurrentDropout: Float = 0

  /// What names the noise of a run; nil for its mean.
  var noiseKey: RandomKey?

  /// The noise of the run that this is of; nil for its mean.
  private(set) var noise: RecurrentNoise?

  /// The ε of layer normalisation.
  static let epsilon: Float = 1e-5

  init(_ kind: Kind, _ weights: GateWeights, _ gains: GateGains? = nil) {
    self.kind = kind
    self.weights = weights
    self.gains = gains
    let count = kind.gateCount
    let units = weights.hidden.shape[0] / count
    let (all, apart) = ([0..<count], [0..<count - 1, count - 1..<count])
    products = (kind.reset == nil ? all : apart).map { gates in
      HiddenBlocks(
        gates: gates, of: count, units: units, stateSize: weights.outputSize,
        heads: weights.heads)
    }
    normalizedGroups = (kind.hasNewState ? apart : all).map {
      $0.lowerBound * units..<$0.upperBound * units
    }
  }

  /// `W`, `[G·H, I]`, and its bias where that is in the products.
  var input: Tensor { weights.input }
  var inputBias: Tensor? { gains == nil ? weights.inputBias : nil }

  /// `R`, `[G·H, P]` or, made of blocks, `[G·H, P/heads]`; and its bias.
  var hidden: Tensor { weights.hidden }
  var hiddenBias: Tensor? { weights.hiddenBias }

  /// The blocks of every product as the kernels read them, packed once while `R` stays the same.
  var packedProducts: [PackedBlocks] {
    var parts = weights.packedHidden.transposed(hidden, rows: products.flatMap(\.rows))[...]
    return products.map { product in
      defer { parts = parts.dropFirst(product.blocks.count) }
      return PackedBlocks(product, Array(parts.prefix(product.blocks.count)))
    }
  }

  /// What the products of the input and of the state are multiplied by after they were normalised,
  /// each `[G·H]`; nil for no normalisation.
  var inputGain: Tensor? { gains?.input }
  var hiddenGain: Tensor? { gains?.hidden }

  /// What the normalised products of the input are shifted by; elsewhere it is in the products.
  var inputShift: Tensor? { gains == nil ? nil : weights.inputBias }

  /// About how many numbers a step of one sequence leaves in memory while gradients are wanted.
  var trainingFloats: Int {
    let wide = gateCount * units
    // The gates in the place of their products and, if the state is the output alone, gradients of their own;
    // the products and gates of normalised sums, and what is summed up of them.
    let sums = wide * (gains == nil ? vectorCount > 0 ? 1 : 2 : 4)
    // States before and after, noise, outputs and their gradients, what is between.
    return sums + 8 * outputSize + 8 * max(1, vectorCount) * units + weights.inputSize
  }

  var units: Int { hidden.shape[0] / gateCount }
  var outputSize: Int { weights.outputSize }
  var gateCount: Int { kind.gateCount }

  /// The vectors of H numbers that a state has beside the output.
  var vectorCount: Int {
    switch kind {
    case .lstm: 1
    case .slstm: 3
    case .gru, .mgu: 0
    }
  }

  /// Whether the sums of what a gate gets from the input and from the state are all that the gates know of
  /// both; the new state of a GRU whose reset acts after the product knows them apart.
  var addsSums: Bool { if case .gru(.afterProduct) = kind { false } else { true } }

  /// Those groups that a product of the state makes, as indices.
  func groups(of product: Int) -> Range<Int> {
    products.count == 1 ? 0..<normalizedGroups.count : product..<product + 1
  }

  // MARK: - Runs

  /// The noise of a run over sequences; nil for its mean.
  func drawnNoise(_ layout: SequenceLayout) -> RecurrentNoise? {
    noiseKey.map {
      RecurrentNoise(
        layout, recurrentDropout: recurrentDropout, zoneout: zoneout, outputSize: outputSize,
        units: units, key: $0)
    }
  }

  /// The cell's kernel, which reads the parameters as long as they are kept alive.
  func lstm() -> lembra_lstm {
    var coupled = false
    if case .lstm(let couplesGates) = kind { coupled = couplesGates }
    return lembra_lstm(
      units: units, coupled: coupled ? 1 : 0, peepholes: peepholes?.unsafeBase,
      gamma: cellGain?.unsafeBase, beta: cellShift?.unsafeBase, epsilon: Self.epsilon,
      zoneout: zoneout.cell)
  }

  /// Runs over whole sequences.
  ///
  /// - Parameters:
  ///   - input: the sequences.
  ///   - first: the tensors of the first state, rows in the layout's order; zeros when nil.
  ///   - direction: the order in which each sequence is read.
  /// - Returns: the output at every step `[rows, P]`, and the tensors of the last state.
  func callAsFunction(
    _ input: SequenceBatch, from first: [Tensor]?, _ direction: Direction
  ) -> (rows: Tensor, states: [Tensor]) {
    let layout = input.layout
    let zeros = { (width: Int) in Tensor(zeros: [layout.batchCount, width]) }
    let states = first ?? [zeros(outputSize)] + (0..<vectorCount).map { _ in zeros(units) }
    let inputs = [input.rows] + states + parameters
    let isTraining = inputs.contains(where: \.isTracked)
    var cell = self
    cell.noise = drawnNoise(layout)
    // Before they are normalised, and otherwise with their bias.
    let run = GatedRun(
      cell, products: weights.inputProducts(input.rows, inputBias),
      SequenceSteps(layout, direction), isTraining: isTraining)
    let (rows, last) = run.forward(from: states)
    guard isTraining else { return (rows, last) }
    let results = Tensor.recorded([rows] + last, from: inputs) { gradients, sums in
      run.backward(
        input.rows, rows: gradients[0], states: Array(gradients.dropFirst()), onto: &sums)
    }
    return (results[0], Array(results.dropFirst()))
  }

  /// The parameters that there are, in the order of ``GatedRun/backward(_:rows:states:onto:)``.
  private var parameters: [Tensor] {
    [
      input, inputBias, hidden, hiddenBias, hiddenGain, inputShift, inputGain, cellShift, cellGain,
      peepholes, projection,
    ].compactMap(\.self)
  }
}

extension GatedRecurrence.Kind {
  var gateCount: Int {
    switch self {
    case .lstm(let couplesGates): couplesGates ? 3 : 4
    case .slstm: 4
    case .gru: 3
    case .mgu: 2
    }
  }

  /// Whether there is nothing to the state but the output, and the last gate is a new one, which is
  /// normalised on its own.
  var hasNewState: Bool {
    switch self {
    case .lstm, .slstm: false
    case .gru, .mgu: true
    }
  }

  /// The kernels' name of a cell in which a gate acts on the state before a second product; nil for others.
  var reset: lembra_reset_kind? {
    switch self {
    case .gru(.beforeProduct): lembra_reset_gru
    case .mgu: lembra_reset_mgu
    case .gru(.afterProduct), .lstm, .slstm: nil
    }
  }
}
