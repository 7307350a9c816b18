import LembraLayers

/// A recurrent cell beyond the plain one, as it is timed.
struct CellVariant: Hashable {
  var name: String
  var cell = LSTMCell.Variant.plain
  var weightDrop: Float = 0

  /// Whether it is the cell that resembles this kind and has no product of the state.
  var isScan = false

  static let plain = CellVariant(name: "plain")

  /// The variants of each kind of cell that has any, one thing at a time.
  static func all(of kind: RecurrentKind, hidden: Int) -> [CellVariant] {
    let both = [
      CellVariant(name: "layer normalisation", cell: .init(isNormalized: true)),
      CellVariant(name: "recurrent dropout", cell: .init(recurrentDropout: 0.3)),
      CellVariant(name: "zoneout", cell: .init(zoneout: Zoneout(hidden: 0.1))),
      CellVariant(name: "weight drop", weightDrop: 0.3),
    ]
    return switch kind {
    case .rnn:
      [
        CellVariant(name: "weight drop", weightDrop: 0.3),
        CellVariant(name: "independent RNN", isScan: true),
      ]
    case .gru: both + [CellVariant(name: "minGRU", isScan: true)]
    case .lstm:
      [
        CellVariant(name: "peepholes", cell: .init(hasPeepholes: true)),
        CellVariant(name: "coupled gates", cell: .init(couplesGates: true)),
        CellVariant(name: "projection to a half", cell: .init(projectionSize: (hidden + 1) / 2)),
        CellVariant(name: "zoneout of cells", cell: .init(zoneout: Zoneout(cell: 0.3))),
      ] + both + [CellVariant(name: "minLSTM", isScan: true)]
    }
  }
}
