// One row for each sequence, in the caller's order. A sequence without steps gives zeros.

extension SequenceBatch {
  /// The last step of each sequence, `[N, features]`, in the caller's order.
  ///
  /// What a layer that reads backward knows of a whole sequence is at its first step; see
  /// `SequenceLayer.summary(of:)` in LembraLayers, which minds the directions.
  ///
  /// - Returns: zeros for a sequence without steps. This holds for all of these.
  public func lastSteps() -> Tensor {
    rows.gatheringRowsOrZeros(
      layout.positions.map { position in
        let length = layout.lengths[position]
        return length > 0 ? Int32(layout.offsets[length - 1] + position) : -1
      })
  }

  /// The mean over the steps of each sequence, `[N, features]`, in the caller's order.
  public func meanOverSteps() -> Tensor {
    rows.segmentMeans(layout.segments).inCallersOrder(of: layout)
  }

  /// The largest of each feature over the steps of each sequence, `[N, features]`, in the caller's
  /// order.
  ///
  /// The gradient goes to the first step that is largest.
  public func maximumOverSteps() -> Tensor {
    rows.segmentMaxima(layout.segments).inCallersOrder(of: layout)
  }
}
