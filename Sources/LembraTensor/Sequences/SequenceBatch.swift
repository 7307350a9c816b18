/// A batch of sequences of feature vectors, of equal or different lengths, without padding.
public struct SequenceBatch: Sendable {
  public let layout: SequenceLayout

  /// One row per step of every sequence, `[layout.rowCount, features]`, in the layout's order.
  public let rows: Tensor

  /// Creates a batch from rows that are already in the layout's order.
  ///
  /// - Precondition: `rows` is a matrix with one row per step.
  public init(rows: Tensor, layout: SequenceLayout) {
    precondition(
      rows.shape.rank == 2 && rows.shape[0] == layout.rowCount,
      "SequenceBatch: rows of shape \(rows.shape) do not match \(layout.rowCount) steps")
    self.layout = layout
    self.rows = rows
  }

  /// Creates a batch from one matrix `[length, features]` per sequence, in any order of length.
  ///
  /// - Precondition: there is at least one sequence, and all have the same number of features.
  public init(_ sequences: [Tensor]) {
    precondition(!sequences.isEmpty, "SequenceBatch: a batch needs at least one sequence")
    precondition(
      sequences.allSatisfy { $0.shape.rank == 2 && $0.shape[1] == sequences[0].shape[1] },
      "SequenceBatch: sequences of shapes \(sequences.map(\.shape)) have no common features")
    let layout = SequenceLayout(lengths: sequences.map { $0.shape[0] })
    var starts: [Int] = []
    var start = 0
    for sequence in sequences {
      starts.append(start)
      start += sequence.shape[0]
    }
    let places = (0..<layout.stepCount).flatMap { step in
      (0..<layout.activeCounts[step]).map { starts[layout.order[$0]] + step }
    }
    self.init(rows: Tensor(stacking: sequences).gatheringRows(places), layout: layout)
  }

  /// The number of features of a row.
  public var featureCount: Int { rows.shape[1] }

  /// One matrix `[length, features]` per sequence, in the caller's order.
  public var sequences: [Tensor] {
    layout.positions.map { rows.gatheringRows(layout.rows(ofSequence: $0)) }
  }

  /// The same layout with other rows, such as what a layer made of these.
  ///
  /// - Precondition: `rows` is a matrix with one row per step.
  public func replacing(rows: Tensor) -> SequenceBatch {
    SequenceBatch(rows: rows, layout: layout)
  }
}

extension Tensor {
  /// The rows in the caller's order, from rows in the order of `layout`.
  package func inCallersOrder(of layout: SequenceLayout) -> Tensor {
    layout.isInCallersOrder ? self : gatheringRows(layout.positions)
  }

  /// The rows in the order of `layout`, from rows in the caller's order.
  package func inOrder(of layout: SequenceLayout) -> Tensor {
    layout.isInCallersOrder ? self : gatheringRows(layout.order)
  }
}
