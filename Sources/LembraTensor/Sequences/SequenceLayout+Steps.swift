extension SequenceLayout {
  /// The steps of each sequence as segments of the rows, in the layout's order: longest first, so
  /// that what is computed for one after the other lies side by side.
  ///
  /// An entry is a step of a sequence, one sequence after the other.
  public var segments: Segments {
    var starts: [Int32] = [0]
    starts.reserveCapacity(batchCount + 1)
    var places: [Int32] = []
    places.reserveCapacity(rowCount)
    for (position, length) in lengths.enumerated() {
      for step in 0..<length { places.append(Int32(offsets[step] + position)) }
      starts.append(Int32(places.count))
    }
    return Segments(starts: starts, places: places, rowCount: rowCount, isPartition: true)
  }

  /// The length of each sequence in the caller's order.
  public var callersLengths: [Int] { positions.map { lengths[$0] } }

  /// What belongs to each row, from what belongs to the steps of each sequence in the caller's
  /// order: the tokens or the targets of a batch.
  ///
  /// - Precondition: there is a sequence for each of the layout, and as many elements as it has
  ///   steps.
  @specialized(where Element == Int)
  public func interleaving<Element>(_ sequences: [[Element]]) -> [Element] {
    precondition(
      sequences.count == batchCount,
      "interleaving: \(sequences.count) sequences for a layout of \(batchCount)")
    for (position, index) in order.enumerated() {
      precondition(
        sequences[index].count == lengths[position],
        "interleaving: \(sequences[index].count) elements for \(lengths[position]) steps")
    }
    var rows: [Element] = []
    rows.reserveCapacity(rowCount)
    for step in 0..<stepCount {
      for position in 0..<activeCounts[step] { rows.append(sequences[order[position]][step]) }
    }
    return rows
  }

  /// What belongs to the steps of each sequence, in the caller's order, from what belongs to each
  /// row: the inverse of ``interleaving(_:)``.
  ///
  /// - Precondition: there is an element for each row.
  public func separating<Element>(_ rows: [Element]) -> [[Element]] {
    precondition(
      rows.count == rowCount, "separating: \(rows.count) elements for \(rowCount) rows")
    return positions.map { position in
      (0..<lengths[position]).map { rows[offsets[$0] + position] }
    }
  }
}
