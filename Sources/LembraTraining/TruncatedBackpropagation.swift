public import LembraLayers
public import LembraTensor

/// Trains `model` on streams that are too long to keep in memory, chunk by chunk.
///
/// The state is carried from each chunk to the next, so the model sees the whole past; gradients
/// flow within a chunk only (truncated backpropagation through time; Williams and Peng, "An
/// efficient gradient-based algorithm for on-line training of recurrent network trajectories",
/// 1990). One chunk that covers everything is full backpropagation.
///
///     try trainThroughTime(&model, on: stream.chunks(of: 35)) { model, chunk, state in
///       let (outputs, state) = model(chunk, state)
///       return (loss(outputs), state)
///     } update: { model, loss, gradients in
///       optimizer.update(&model, along: gradients)
///     }
///
/// - Parameters:
///   - model: the model, which `update` may change after each chunk.
///   - chunks: the parts of the streams in the order of time.
///   - state: the state before the first chunk; `nil` for the model's own.
///   - loss: the loss of a chunk and the state after it.
///   - update: what to do with the loss and the gradients of a chunk.
/// - Returns: the state after the last chunk, detached.
@discardableResult
public func trainThroughTime<M: Module, Chunk, State: CarriedState>(
  _ model: inout M, on chunks: some Sequence<Chunk>, from state: State? = nil,
  loss: (_ model: M, _ chunk: Chunk, _ state: State?) throws -> (loss: Tensor, state: State),
  update: (_ model: inout M, _ loss: Float, _ gradients: Gradients) throws -> Void
) rethrows -> State? {
  var state = state
  for chunk in chunks {
    let (value, gradients, next) = try valueAndGradients(
      of: model,
      returning: { model in
        let (loss, next) = try loss(model, chunk, state)
        return (loss, next.detached)
      })
    state = next
    try update(&model, value, gradients)
  }
  return state
}

extension SequenceBatch {
  /// The batch cut into parts of `stepCount` steps, the last of which may be shorter.
  ///
  /// - Precondition: all sequences are equally long, and `stepCount ≥ 1`.
  public func chunks(of stepCount: Int) -> [SequenceBatch] {
    precondition(stepCount >= 1, "chunks: \(stepCount) steps")
    precondition(
      layout.lengths.last == layout.stepCount,
      "chunks: streams of lengths \(layout.lengths) are not equally long")
    return stride(from: 0, to: layout.stepCount, by: stepCount).map { start in
      let end = min(start + stepCount, layout.stepCount)
      return SequenceBatch(
        rows: rows.rows(start * layout.batchCount..<end * layout.batchCount),
        layout: SequenceLayout(count: layout.batchCount, length: end - start))
    }
  }
}
