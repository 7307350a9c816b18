import LembraLayers

/// Variants of cells, each alone and several together.
enum CellVariants {
  static let lstm: [(name: String, variant: LSTMCell.Variant)] = [
    ("peephole", .init(hasPeepholes: true)),
    ("coupled", .init(couplesGates: true)),
    ("projected", .init(projectionSize: 4)),
    ("normalised", .init(isNormalized: true)),
    ("recurrent dropout", .init(recurrentDropout: 0.3)),
    ("zoneout", .init(zoneout: Zoneout(hidden: 0.1, cell: 0.4))),
    ("coupled peephole", .init(hasPeepholes: true, couplesGates: true)),
    ("normalised peephole", .init(hasPeepholes: true, isNormalized: true)),
    (
      "whole",
      .init(
        hasPeepholes: true, couplesGates: true, projectionSize: 3, isNormalized: true,
        recurrentDropout: 0.2, zoneout: Zoneout(hidden: 0.2, cell: 0.3))
    ),
  ]

  static let gru: [(name: String, variant: GRUCell.Variant)] = [
    ("normalised", .init(isNormalized: true)),
    ("recurrent dropout", .init(recurrentDropout: 0.3)),
    ("zoneout", .init(zoneout: 0.2)),
    ("whole", .init(isNormalized: true, recurrentDropout: 0.4, zoneout: 0.3)),
  ]
}
