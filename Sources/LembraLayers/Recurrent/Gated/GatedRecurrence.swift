import CLembraKernels
package import LembraTensor

/// The recurrence of an LSTM or a GRU with more to a step than one product and its gates.
///
/// Whole sequences are one record on the tape, as with the plain cells. A step multiplies the state
/// of some sequences by the packed weights and leads the sums through the cell; normalisation, a
/// projection and noise are further passes over rows that are still in the cache. Threads share out
/// the sequences and never wait for each other.
///
/// H is the number of units, G that of gates and P the size of an output, which is H without a
/// projection.
struct GatedRecurrence: Sendable {
  enum Kind: Sendable {
    case lstm(couplesGates: Bool)
    case gru
  }

  let kind: Kind
  private let weights: GateWeights

  /// Those of a cell whose sums are normalised.
  private let gains: GateGains?

  /// What an LSTM's normalised cell vector is multiplied by and shifted by, each `[H]`.
  var cellGain: Tensor?
  var cellShift: Tensor?

  /// An LSTM's weights from its cell vector to its gates, `[gates, H]`.
  var peepholes: Tensor?

  /// From the units to the output, `[P, H]`.
  var projection: Tensor?

  /// How much of the state before a unit keeps on average.
  var zoneout = Zoneout()

  /// What the noise of a run is; nil for its mean.
  var noise: RecurrentNoise?

  /// The ε of layer normalisation.
  static let epsilon: Float = 1e-5

  init(_ kind: Kind, _ weights: GateWeights, _ gains: GateGains?) {
    self.kind = kind
    self.weights = weights
    self.gains = gains
  }

  /// `R`, `[G·H, P]`, and its bias.
  var hidden: Tensor { weights.hidden }
  var hiddenBias: Tensor? { weights.hiddenBias }

  /// `R` as the kernels read it, packed once while it stays the same.
  var packedHidden: PackedMatrix { weights.packedHidden.transposed(hidden) }

  /// What the products of the input and of the state are multiplied by after they were normalised,
  /// each `[G·H]`; nil for no normalisation.
  var inputGain: Tensor? { gains?.input }
  var hiddenGain: Tensor? { gains?.hidden }

  /// What the normalised products of the input are shifted by; elsewhere it is in the products.
  var inputShift: Tensor? { gains == nil ? nil : weights.inputBias }

  var units: Int { hidden.shape[0] / gateCount }
  var outputSize: Int { hidden.shape[1] }
  var hasCell: Bool { if case .lstm = kind { true } else { false } }

  var gateCount: Int {
    switch kind {
    case .lstm(let couplesGates): couplesGates ? 3 : 4
    case .gru: 3
    }
  }

  /// The gates that are normalised together: all of an LSTM, but a GRU's new state on its own.
  var normalizedGroups: [Range<Int>] {
    switch kind {
    case .lstm: [0..<gateCount * units]
    case .gru: [0..<2 * units, 2 * units..<3 * units]
    }
  }

  // MARK: - One step

  /// What the gates get from the input, with its bias.
  func inputSums(_ rows: Tensor) -> Tensor {
    gains?.normalized(
      rows.affine(weights.input), \.input, weights.inputBias, normalizedGroups)
      ?? rows.affine(weights.input, weights.inputBias)
  }

  /// What they get from the state, likewise.
  func hiddenSums(_ rows: Tensor) -> Tensor {
    gains?.normalized(rows.affine(hidden), \.hidden, hiddenBias, normalizedGroups)
      ?? rows.affine(hidden, hiddenBias)
  }

  // MARK: - Runs

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
    // Before they are normalised, and otherwise with their bias.
    let products = weights.inputProducts(input.rows, gains == nil ? weights.inputBias : nil)
    let zeros = { (width: Int) in Tensor(zeros: [layout.batchCount, width]) }
    let states = first ?? [zeros(outputSize)] + (hasCell ? [zeros(units)] : [])
    let inputs = [products] + states + parameters
    let isTraining = inputs.contains(where: \.isTracked)
    let run = GatedRun(
      self, products: products, SequenceSteps(layout, direction), isTraining: isTraining)
    let (rows, last) = run.forward(products, from: states)
    guard isTraining else { return (rows, last) }
    let results = Tensor.recorded([rows] + last, from: inputs) { gradients in
      run.backward(rows: gradients[0], states: Array(gradients.dropFirst()))
    }
    return (results[0], Array(results.dropFirst()))
  }

  /// The parameters that there are, in the order of ``GatedRun/backward(rows:states:)``.
  private var parameters: [Tensor] {
    [
      hidden, hiddenBias, inputGain, inputShift, hiddenGain, cellGain, cellShift, peepholes,
      projection,
    ].compactMap(\.self)
  }
}

/// How much of the state before a unit keeps on average: zoneout (Krueger et al., "Zoneout:
/// regularizing RNNs by randomly preserving hidden activations", 2017).
///
/// In training a unit keeps all of it or nothing, at random for each step; otherwise this share.
public struct Zoneout: Hashable, Codable, Sendable {
  /// Of the output `h`.
  public var hidden: Float

  /// Of an LSTM's cell vector `c`.
  public var cell: Float

  public init(hidden: Float = 0, cell: Float = 0) {
    self.hidden = hidden
    self.cell = cell
  }
}

extension Zoneout {
  /// A state, of which `share` or the mask decides what is kept of the one before.
  func kept(_ before: Tensor, _ after: Tensor, _ share: Float, _ mask: Tensor?) -> Tensor {
    if let mask { return after + mask * (before - after) }
    return share == 0 ? after : after + (before - after) * share
  }
}

/// What chance decides in one run, rows in the layout's order.
package struct RecurrentNoise: Sendable {
  /// What the state is multiplied by before its products, `[N, P]`: 0 or `1 / (1 - rate)`.
  package var recurrent: Tensor?

  /// 1 where a unit keeps the state before and 0 elsewhere, `[rows, P]` and `[rows, H]`.
  package var hiddenKept: Tensor?
  package var cellKept: Tensor?

  /// Draws the noise of a run; that of a sequence depends on the caller's index of it alone.
  init(
    _ layout: SequenceLayout, recurrentDropout: Float, zoneout: Zoneout, outputSize: Int,
    units: Int, key: RandomKey
  ) {
    func kept(_ rate: Float, _ width: Int, _ name: String) -> Tensor? {
      if rate == 0 { return nil }
      // 0 with a probability of `rate`, and else 1 / (1 - rate).
      let ones = Tensor(repeating: 1, shape: [layout.rowCount, width])
      let left = SequenceBatch(rows: ones, layout: layout)
        .dropout(rate, key: key.folding(name)).rows
      return left.equal(to: Tensor(zeros: left.shape))
    }
    hiddenKept = kept(zoneout.hidden, outputSize, "hidden zoneout")
    cellKept = kept(zoneout.cell, units, "cell zoneout")
    if recurrentDropout > 0 {
      recurrent = layout.lockedDropoutMask(
        recurrentDropout, columns: outputSize, key: key.folding("recurrent dropout"))
    }
  }

  private init(recurrent: Tensor?, hiddenKept: Tensor?, cellKept: Tensor?) {
    self.recurrent = recurrent
    self.hiddenKept = hiddenKept
    self.cellKept = cellKept
  }

  /// The noise of one step, a row for each sequence that it has.
  package func step(_ step: Int, of layout: SequenceLayout) -> RecurrentNoise {
    let start = layout.offsets[step]
    let rows = start..<start + layout.activeCounts[step]
    return RecurrentNoise(
      recurrent: recurrent?.rows(0..<rows.count), hiddenKept: hiddenKept?.rows(rows),
      cellKept: cellKept?.rows(rows))
  }
}
