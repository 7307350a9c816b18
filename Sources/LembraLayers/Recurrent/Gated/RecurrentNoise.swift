package import LembraTensor

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

extension RecurrentNoise? {
  /// What is left of a state before its products.
  func left(of state: Tensor) -> Tensor { self?.recurrent.map { state * $0 } ?? state }
}
