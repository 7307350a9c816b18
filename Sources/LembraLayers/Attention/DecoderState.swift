public import LembraTensor

/// What a decoder carries from one step to the next: a row for each sequence that is being written.
public struct DecoderState: Sendable {
  /// The state of each layer's cell, the first layer first.
  public var layers: [[Tensor]]

  /// The memory that each row attends to, by its position in the layout of the memory.
  public var segments: [Int]

  /// The output that is fed back, `[N, R]`, of a decoder that does so.
  public var fed: Tensor?

  /// What is known of each row's source as a whole, `[N, M]`, where that is read at every step.
  public var summary: Tensor?

  /// How much each entry of each row's memory was attended to so far, one row after the other, where
  /// that is minded.
  public var coverage: Tensor?

  /// The number of rows, N.
  public var count: Int { segments.count }

  /// The state of some rows, of which one may be taken more than once.
  ///
  /// - Parameters:
  ///   - indices: the rows, in their new order.
  ///   - memory: what they attend to, if they do.
  /// - Returns: the state of these rows.
  /// - Precondition: every index is that of a row.
  public func gatheringRows(_ indices: [Int], of memory: AttentionMemory?) -> DecoderState {
    var state = self
    state.layers = layers.map { $0.map { $0.gatheringRows(indices) } }
    state.segments = indices.map { segments[$0] }
    state.fed = fed?.gatheringRows(indices)
    state.summary = summary?.gatheringRows(indices)
    if let coverage, let memory {
      let entries = memory.entries(of: segments)
      state.coverage = coverage.reshaped(to: [coverage.shape.count, 1])
        .gatheringRows(indices.flatMap { entries[$0] })
        .reshaped(to: [indices.reduce(0) { $0 + entries[$1].count }])
    }
    return state
  }

  /// The state of the first `count` rows.
  ///
  /// - Precondition: there are that many.
  package func prefix(_ count: Int, of memory: AttentionMemory?) -> DecoderState {
    if count == self.count { return self }
    var state = self
    state.layers = layers.map { $0.map { $0.rows(0..<count) } }
    state.segments = Array(segments.prefix(count))
    state.fed = fed?.rows(0..<count)
    state.summary = summary?.rows(0..<count)
    if let coverage, let memory {
      let entries = memory.entries(of: state.segments)
      state.coverage = coverage.rows(0..<(entries.last?.upperBound ?? 0))
    }
    return state
  }
}
