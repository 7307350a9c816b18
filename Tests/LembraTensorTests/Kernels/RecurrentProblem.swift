import CLembraKernels
import Testing

/// One layer and direction over a ragged batch, with all its inputs and arriving gradients.
struct RecurrentProblem: CustomTestStringConvertible, Sendable {
  let kind: lembra_cell_kind
  let inputs: Int
  let units: Int
  /// Longest first.
  let lengths: [Int]
  let reverse: Bool
  /// Whether first states are given, and gradients of last states arrive.
  let states: Bool
  let bias: Bool
  /// Whether every step has a gradient of its output, or only the last states have.
  let everyStep: Bool
  /// How many sequences run at each step, and where the step's rows begin.
  let counts: [Int]
  let offsets: [Int]
  let rows: Int

  init(
    _ kind: lembra_cell_kind, inputs: Int, units: Int, lengths: [Int], reverse: Bool = false,
    states: Bool = false, bias: Bool = true, everyStep: Bool = true
  ) {
    self.kind = kind
    self.inputs = inputs
    self.units = units
    self.lengths = lengths
    self.reverse = reverse
    self.states = states
    self.bias = bias
    self.everyStep = everyStep
    rows = lengths.reduce(0, +)
    counts = (0..<(lengths.first ?? 0)).map { t in lengths.count { $0 > t } }
    offsets = counts.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }.dropLast()
  }

  var gates: Int {
    switch kind {
    case .lstm: 4
    case .gru: 3
    default: 1
    }
  }

  var testDescription: String {
    let name =
      switch kind {
      case .lstm: "LSTM"
      case .gru: "GRU"
      case .relu: "RNN relu"
      default: "RNN tanh"
      }
    let notes = [
      reverse ? "reverse" : nil, states ? "states" : nil, bias ? nil : "no bias",
      everyStep ? nil : "last step only",
    ]
    return ([name, "\(inputs) -> \(units), lengths \(lengths)"] + notes.compactMap(\.self))
      .joined(separator: ", ")
  }

  /// The data of a problem, in rows with gaps.
  struct Data {
    let x, dy, w, r, inputBias, hiddenBias: GuardedRows
    let h0, c0, dh, dc: GuardedRows
  }

  var data: Data {
    let sequences = lengths.count
    func weights(_ columns: Int, seed: UInt64) -> GuardedRows {
      var noise = Noise(seed: seed)
      // Wide cells get smaller weights, so that gates do not saturate.
      let scale = 1 / Float(columns).squareRoot()
      return GuardedRows(gates * units, columns, gap: 0) { _, _ in scale * noise.next() }
    }
    return Data(
      x: GuardedRows(rows, inputs, seed: 1), dy: GuardedRows(rows, units, seed: 2),
      w: weights(inputs, seed: 3), r: weights(units, seed: 4),
      inputBias: GuardedRows(1, gates * units, seed: 5),
      hiddenBias: GuardedRows(1, gates * units, seed: 6),
      h0: GuardedRows(sequences, units, seed: 7), c0: GuardedRows(sequences, units, seed: 8),
      dh: GuardedRows(sequences, units, seed: 9), dc: GuardedRows(sequences, units, seed: 10))
  }

  static let kinds: [lembra_cell_kind] = [
    .tanh, .relu, .lstm, .gru,
  ]

  static func all(
    _ inputs: Int, _ units: Int, _ lengths: [Int], reverse: Bool = false, states: Bool = false,
    bias: Bool = true, everyStep: Bool = true
  ) -> [RecurrentProblem] {
    kinds.map {
      RecurrentProblem(
        $0, inputs: inputs, units: units, lengths: lengths, reverse: reverse,
        states: states, bias: bias, everyStep: everyStep)
    }
  }

  static let problems =
    all(1, 1, [3]) + all(2, 3, [4, 2, 1], states: true) + all(5, 6, [5, 5, 3], reverse: true)
    + all(3, 16, [2, 2, 2, 2, 1, 1, 1], reverse: true, states: true)
    + all(13, 17, [4, 3, 2], bias: false)
    + all(7, 33, [3, 3], states: true, everyStep: false)
    + all(65, 5, [2, 1], reverse: true, states: true, bias: false)
    + all(16, 65, [3, 2, 2, 1, 1], states: true) + all(6, 65, [4], reverse: true)
    + all(33, 13, Array(repeating: 1, count: 65), states: true, everyStep: false)
    + all(2, 3, Array(repeating: 2, count: 130) + [1], reverse: true, states: true)
    + all(4, 130, [2], states: true) + severalPanels + tight

  /// Few, for tests that run each many times.
  static let cutUp =
    all(13, 17, [4, 3, 2], reverse: true) + all(5, 65, [2, 2, 1, 1, 1, 1, 1], states: true)
    + all(2, 130, [1], states: true, everyStep: false) + severalPanels + tight

  /// Rows in fours, and some that are left; the last three with weights that are fetched ahead.
  private static let tight =
    all(18, 33, [3, 3, 3, 2, 2, 2, 2, 1], states: true)
    + all(19, 33, [3, 3, 3, 2, 2, 2, 2, 1], reverse: true)
    + all(17, 150, [2, 2, 2, 2, 1])
    + [
      RecurrentProblem(.gru, inputs: 18, units: 254, lengths: [2, 2, 2, 2], states: true),
      RecurrentProblem(.lstm, inputs: 18, units: 254, lengths: [2, 2, 2, 2], states: true),
      RecurrentProblem(.tanh, inputs: 18, units: 410, lengths: [2, 2, 2, 2], states: true),
    ]

  /// One, two and three rows of panels of which the last is full, but padded, with any number of lanes;
  /// and passes of many rows and of one.
  private static let severalPanels =
    all(2, 254, [4, 3, 2], states: true)
    + all(2, 70, Array(repeating: 2, count: 97))
}
