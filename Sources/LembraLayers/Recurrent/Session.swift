public import LembraTensor

/// A layer prepared to read streams step by step.
///
///     var session = Session(lstm)
///     for row in rows { print(session.step(row)) }
///
/// The weights are those that the layer has when the session is made, packed then and, on some processors,
/// once more when streams have become many; later changes of the layer do not reach it. A session is a
/// value: a copy goes on independently from the same state, and shares the packed weights.
///
/// Several streams are read side by side, each with its own state and all at the cost of reading the
/// weights once. They may join and leave between steps. What a stream gets does not depend on the
/// streams beside it, to the bit.
///
/// No gradient flows through a session: its rows, its state and its weights are constants.
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
  /// - Precondition: the layer reads forward and runs at its precision, and `streamCount` is not
  ///   negative.
  public init(_ layer: Layer, streamCount: Int = 1) {
    precondition(streamCount >= 0, "Session: \(streamCount) streams")
    precondition(
      layer.runs(at: layer.precision), "a layer of \(Layer.self) does not run at \(layer.precision)"
    )
    precondition(layer.readsForward, "a layer that reads backward cannot go step by step")
    var layer = layer
    layer.updateParameters { _, parameter in parameter = parameter.detached }
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
      let expected = layer.zeroState(batch: newValue.batchCount).tensors.map(\.shape)
      let shapes = newValue.tensors.map(\.shape)
      precondition(
        shapes == expected, "Session: a state of shapes \(shapes) for a layer of \(expected)")
      streamCount = newValue.batchCount
      if fused == nil {
        plainState = newValue.detached
      } else {
        fused?.replaceState(newValue.tensors)
      }
    }
  }

  /// Reads the next row of every stream.
  ///
  /// - Parameter rows: `[N, inputSize]`, or `[inputSize]` for a single stream.
  /// - Returns: the outputs, `[N, outputSize]`, or `[outputSize]` where `rows` has one axis.
  /// - Precondition: there is a row for each stream.
  public mutating func step(_ rows: Tensor) -> Tensor {
    let (shape, width) = (rows.shape, layer.inputSize)
    let isVector = shape.rank == 1 && streamCount == 1
    precondition(
      isVector && shape[0] == width
        || shape.rank == 2 && shape[0] == streamCount && shape[1] == width,
      "Session: rows of shape \(shape) for \(streamCount) streams of \(width) "
        + "features")
    if let output = fused?.step(rows) {
      return isVector ? output.sharing(as: [layer.outputSize]) : output
    }
    let (output, next) = layer.step(rows.sharing(as: [streamCount, layer.inputSize]), plainState)
    plainState = next
    return isVector ? output.sharing(as: [layer.outputSize]) : output
  }

  // MARK: - Streams that come and go

  /// Adds streams after those there are, in the layer's first state.
  ///
  /// - Precondition: `count` is not negative.
  public mutating func join(_ count: Int = 1) {
    precondition(count >= 0, "Session: \(count) streams cannot join")
    join(layer.firstState(batch: count))
  }

  /// Adds streams after those there are, with states of their own.
  ///
  /// - Precondition: `newcomers` is a state of this layer.
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
