public import LembraTensor

/// A layer prepared to read streams step by step.
///
///     var session = Session(lstm)
///     for row in rows { print(session.step(row)) }
///
/// The weights are packed once, when the session is made, and later changes of the layer do not
/// reach it. A session is a value: a copy goes on independently from the same state, and shares the
/// packed weights.
///
/// Several streams are read side by side, each with its own state and all at the cost of reading the
/// weights once. They may join and leave between steps. What a stream gets does not depend on the
/// streams beside it, to the bit.
public struct Session<Layer: StreamingLayer>: Sendable {
  private let layer: Layer

  /// The kernels' form of the layer, or nil if its step has to be repeated.
  private var fused: FusedSession?

  /// The state when there is no fused form.
  private var plainState: Layer.State

  /// The number of streams, N.
  public private(set) var streamCount: Int

  /// Prepares a layer for `streamCount` streams that begin in its first state: the learnt one, or
  /// zeros.
  ///
  /// - Precondition: the layer reads forward, and `streamCount` is not negative.
  public init(_ layer: Layer, streamCount: Int = 1) {
    precondition(streamCount >= 0, "Session: \(streamCount) streams")
    self.layer = layer
    self.streamCount = streamCount
    plainState = layer.firstState(batch: streamCount)
    if let network = layer.fused(dropsOut: false) {
      fused = FusedSession(network, plainState.tensors)
      plainState = layer.zeroState(batch: 0)
    }
  }

  /// The state of every stream, to keep, to compare or to go back to.
  ///
  /// A new state may have another number of sequences, which ``streamCount`` becomes.
  ///
  /// - Precondition: a new state is one of this layer.
  public var state: Layer.State {
    get { fused.map { plainState.filled(from: $0.state) } ?? plainState }
    set {
      streamCount = newValue.batchCount
      if fused == nil { plainState = newValue } else { fused?.replaceState(newValue.tensors) }
    }
  }

  /// Reads the next row of every stream.
  ///
  /// - Parameter rows: `[N, inputSize]`, or `[inputSize]` for a single stream.
  /// - Returns: the outputs, `[N, outputSize]`, or `[outputSize]` where `rows` has one axis.
  /// - Precondition: there is a row for each stream.
  public mutating func step(_ rows: Tensor) -> Tensor {
    let isVector = rows.shape.rank == 1
    let width = isVector ? rows.shape[0] : rows.shape[rows.shape.rank - 1]
    precondition(
      rows.shape.rank <= 2 && width == layer.inputSize
        && rows.shape.count == streamCount * layer.inputSize,
      "Session: rows of shape \(rows.shape) for \(streamCount) streams of \(layer.inputSize) "
        + "features")
    if fused != nil, let output = fused?.step(rows) {
      return isVector ? output.sharing(as: [layer.outputSize]) : output
    }
    let (output, next) = layer.step(rows.sharing(as: [streamCount, layer.inputSize]), plainState)
    plainState = next
    return isVector ? output.sharing(as: [layer.outputSize]) : output
  }

  // MARK: - Streams that come and go

  /// Adds streams after those there are, in the layer's first state.
  public mutating func join(_ count: Int = 1) {
    precondition(count >= 0, "Session: \(count) streams cannot join")
    join(layer.firstState(batch: count))
  }

  /// Adds streams after those there are, with states of their own.
  public mutating func join(_ newcomers: Layer.State) {
    state = Layer.State(stacking: [state, newcomers])
  }

  /// Removes one stream; those after it move up by one.
  ///
  /// - Returns: the state it leaves with, which can join again.
  /// - Precondition: there is such a stream.
  @discardableResult
  public mutating func leave(_ stream: Int) -> Layer.State {
    precondition(
      (0..<streamCount).contains(stream), "Session: no stream \(stream) of \(streamCount)")
    let all = state
    state = all.gatheringRows((0..<streamCount).filter { $0 != stream })
    return all.rows(stream..<stream + 1)
  }
}
