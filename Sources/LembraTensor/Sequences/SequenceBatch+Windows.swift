extension SequenceBatch {
  /// The windows of `size` consecutive steps of each sequence, each as one row.
  ///
  /// A window's row is its steps' rows side by side, the first step first. No window reaches into
  /// another sequence, and none is made of padding alone but for a sequence without steps.
  ///
  /// - Parameters:
  ///   - size: the steps of a window, K.
  ///   - padding: which windows there are.
  /// - Returns: a batch with a step for each window and `K · features` features.
  /// - Precondition: `size` is above 0.
  public func windows(of size: Int, padding: WindowPadding) -> SequenceBatch {
    precondition(size > 0, "windows: a window of \(size) steps")
    if size == 1 && padding == .same { return self }
    let (windowLayout, places) = layout.windows(of: size, padding: padding)
    let steps = rows.gatheringRowsOrZeros(places)
    return SequenceBatch(
      rows: steps.reshaped(
        to: Shape(rows: windowLayout.rowCount, columns: size * featureCount)),
      layout: windowLayout)
  }
}

extension SequenceLayout {
  /// The layout of windows, and the row of each step of each window, -1 for a step of padding.
  func windows(
    of size: Int, padding: WindowPadding
  ) -> (layout: SequenceLayout, places: [Int32]) {
    let counts = callersLengths.map { padding.windowCount(size, length: $0) }
    let target = padding == .same ? self : SequenceLayout(lengths: counts)
    // Sequences of as many windows may be of different lengths, hence in another order.
    let positions = positions
    let sources = target.order.map { positions[$0] }
    let reach = padding.reach(size)
    var places: [Int32] = []
    places.reserveCapacity(target.rowCount * size)
    for window in 0..<target.stepCount {
      for source in sources.prefix(target.activeCounts[window]) {
        for step in window - reach..<window - reach + size {
          let isInside = step >= 0 && step < lengths[source]
          places.append(isInside ? Int32(offsets[step] + source) : -1)
        }
      }
    }
    return (target, places)
  }
}
