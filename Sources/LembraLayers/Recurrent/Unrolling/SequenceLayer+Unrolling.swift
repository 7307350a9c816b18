public import LembraTensor

extension SequenceLayer {
  /// Runs over each sequence and keeps only a part of what backpropagation needs.
  ///
  /// - Parameters:
  ///   - input: the sequences, with ``inputSize`` features.
  ///   - state: the state before the first step, rows in the caller's order; when nil, the learnt
  ///     first state where the layer has one, zeros otherwise.
  ///   - dropoutKey: names the dropout masks during training; nil for none.
  ///   - unrolling: how much is kept, and how far gradients flow back.
  /// - Returns: `output`, the output at every step, and `finalState`, each sequence's state after
  ///   its own last step, rows in the caller's order.
  /// - Precondition: `input` has ``inputSize`` features, and `state` a row for each sequence.
  public func callAsFunction(
    _ input: SequenceBatch, from state: State? = nil, dropoutKey: RandomKey? = nil,
    unrolling: Unrolling
  ) -> (output: SequenceBatch, finalState: State) {
    requireWidth(input.featureCount)
    let (output, last) = unroll(
      input, from: state, dropoutKey: dropoutKey, by: unrolling, keepsOutputs: true)
    guard let output else { trap("a run that keeps its outputs has none") }
    return (output, last)
  }

  /// Runs over each sequence for its last state alone: outputs are not held, however long it is.
  ///
  ///     let state = layer.finalState(of: batch, unrolling: Unrolling(memory: budget))
  ///     let loss = head(layer.summary(of: state)).crossEntropy(targets: labels)
  ///
  /// - Parameters: as for ``callAsFunction(_:from:dropoutKey:unrolling:)``.
  /// - Returns: each sequence's state after its own last step, rows in the caller's order.
  /// - Precondition: as there.
  public func finalState(
    of input: SequenceBatch, from state: State? = nil, dropoutKey: RandomKey? = nil,
    unrolling: Unrolling = .whole
  ) -> State {
    requireWidth(input.featureCount)
    return unroll(
      input, from: state, dropoutKey: dropoutKey, by: unrolling, keepsOutputs: false
    ).finalState
  }

  public var segmentReading: SegmentReading? { nil }

  public func unroll(
    _ input: SequenceBatch, from state: State?, dropoutKey: RandomKey?, by unrolling: Unrolling,
    keepsOutputs: Bool
  ) -> (output: SequenceBatch?, finalState: State) {
    unrollSegments(
      input, from: state, dropoutKey: dropoutKey, by: unrolling, keepsOutputs: keepsOutputs)
  }

  /// Runs segment by segment where that is asked for and the layer can be read so.
  func unrollSegments(
    _ input: SequenceBatch, from state: State?, dropoutKey: RandomKey?, by unrolling: Unrolling,
    keepsOutputs: Bool
  ) -> (output: SequenceBatch?, finalState: State) {
    let layout = input.layout
    guard var reading = segmentReading, unrolling != .whole, layout.rowCount > 0 else {
      return run(input, from: state, dropoutKey: dropoutKey)
    }
    // The parts of the input and the output and their gradients.
    reading.floatsPerStep += 2 * (inputSize + outputSize)
    let zero = zeroState(batch: 0)
    let schedule = SegmentSchedule(
      layout, reading, unrolling,
      stateFloats: layout.batchCount * zero.tensors.reduce(0) { $0 + $1.shape[1] })
    if schedule.segments.count == 1 { return run(input, from: state, dropoutKey: dropoutKey) }
    // A learnt state is the same for every sequence.
    let first =
      state?.tensors.map { $0.inOrder(of: layout) }
      ?? learntState(batch: layout.batchCount)?.tensors
    var parameters: [Tensor] = []
    var own = self
    own.updateParameters { _, parameter in parameters.append(parameter) }
    let inputs = [input.rows] + (first ?? []) + parameters
    let trained = parameters.map(\.isTracked)
    let isTraining = inputs.contains(where: \.isTracked)
    if !isTraining && keepsOutputs { return run(input, from: state, dropoutKey: dropoutKey) }
    let run = SegmentedRun(
      self, input, reading.direction, schedule, isTraining: isTraining, dropoutKey: dropoutKey)
    let (rows, last) = run.forward(from: first?.map(\.detached), keepsOutputs: keepsOutputs)
    let values = (rows.map { [$0] } ?? []) + last
    let stateCount = first?.count ?? 0
    let results = Tensor.recorded(values, from: inputs) { gradients, sums in
      let places = trained.indices.filter { trained[$0] }.map { 1 + stateCount + $0 }
      let answers = run.backward(
        rows: keepsOutputs ? gradients[0] : nil,
        states: Array(keepsOutputs ? gradients.dropFirst() : gradients[...]),
        onto: places.map { sums[$0].take() })
      for (place, sum) in zip(places, answers.parameters) { sums[place] = sum }
      sums[0].add(answers.rows)
      for (index, state) in answers.states.prefix(stateCount).enumerated() {
        sums[1 + index].add(state)
      }
    }
    let states = results.suffix(last.count).map { $0.inCallersOrder(of: layout) }
    return (
      keepsOutputs ? input.replacing(rows: results[0]) : nil, zero.filled(from: Array(states))
    )
  }

  /// The first state, or nil if it is zeros.
  private func learntState(batch: Int) -> State? {
    let state = firstState(batch: batch)
    return state.tensors.allSatisfy { $0.uniformValue == 0 && !$0.isTracked } ? nil : state
  }
}
