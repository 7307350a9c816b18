import LembraLayers
package import LembraTensor

/// A recurrent cell beyond the plain one, as it is timed.
struct CellVariant: Hashable {
  var name: String
  var cell = LSTMCell.Variant.plain
  var weightDrop: Float = 0

  /// Where the reset gate of a GRU acts.
  var reset = GRUCell.Reset.afterProduct

  /// The kind of cell that is timed in the place of the plain one, which it resembles.
  var other: RecurrentEncoder.Cell?

  static let plain = CellVariant(name: "plain")

  /// Whether inference is that of the plain cell: dropout, of weights or of the state, is a part of training
  /// alone.
  var isForTraining: Bool { other == nil && reset == .afterProduct && cell.isPlain }

  /// The variants of each kind of cell that has any, one thing at a time.
  static func all(of kind: RecurrentKind, hidden: Int) -> [CellVariant] {
    let both =
      [
        CellVariant(name: "layer normalisation", cell: .init(isNormalized: true)),
        CellVariant(name: "recurrent dropout", cell: .init(recurrentDropout: 0.3)),
        CellVariant(name: "zoneout", cell: .init(zoneout: Zoneout(hidden: 0.1))),
        CellVariant(name: "weight drop", weightDrop: 0.3),
      ]
      + (hidden.isMultiple(of: 4) ? [CellVariant(name: "4 heads", cell: .init(heads: 4))] : [])
    return switch kind {
    case .rnn:
      [
        CellVariant(name: "weight drop", weightDrop: 0.3),
        CellVariant(name: "independent RNN", other: .indrnn),
      ]
    case .gru:
      both + [
        CellVariant(name: "reset before", reset: .beforeProduct),
        CellVariant(name: "MGU", other: .mgu), CellVariant(name: "minGRU", other: .mingru),
      ]
    case .lstm:
      [
        CellVariant(name: "peepholes", cell: .init(hasPeepholes: true)),
        CellVariant(name: "coupled gates", cell: .init(couplesGates: true)),
        CellVariant(name: "projection to a half", cell: .init(projectionSize: (hidden + 1) / 2)),
        CellVariant(name: "zoneout of cells", cell: .init(zoneout: Zoneout(cell: 0.3))),
      ] + both + [
        CellVariant(name: "sLSTM", other: .slstm), CellVariant(name: "minLSTM", other: .minlstm),
      ]
    }
  }

  /// Calls `use` with what draws cells of this variant of a kind.
  func drawn<Use: CellUse>(
    _ kind: RecurrentKind, hidden: Int, initialization: RecurrentInitialization = .pytorch,
    for use: Use
  ) -> Use.Result {
    var options = CellOptions(hiddenSize: hidden)
    options.variant = cell
    options.reset = reset
    options.initialization = initialization
    return (other ?? kind.cell).drawn(options, for: use)
  }
}

/// The numbers that a step of cells with so many inputs leaves in memory in training.
private struct TrainingFloats: CellUse {
  let inputs: Int

  func callAsFunction<Cell: RecurrentCell>(
    _ draw: (_ inputs: Int, _ key: RandomKey) -> Cell
  ) -> Int {
    draw(inputs, RandomKey(seed: 0)).trainingFloats
  }
}

extension Workload {
  /// Throws `LembraError` when a variant of a kind would take more memory in training than this process
  /// can have.
  package func requireMemory(forVariantsOf kind: RecurrentKind) throws(LembraError) {
    // Zeros that nobody looks at take no memory.
    let blank = RecurrentInitialization(input: .zeros, hidden: .zeros, bias: .zeros)
    try requireMemory { inputs in
      CellVariant.all(of: kind, hidden: hidden).map {
        $0.drawn(kind, hidden: hidden, initialization: blank, for: TrainingFloats(inputs: inputs))
      }.max() ?? 0
    }
  }
}
