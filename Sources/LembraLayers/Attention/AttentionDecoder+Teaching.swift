public import LembraTensor

extension AttentionDecoder {
  /// Packs the weights for writing step by step, whatever is read.
  public func prepared() -> PreparedDecoder { PreparedDecoder(self) }

  /// Prepares the decoder to write step by step, while reading `memory`.
  ///
  /// - Parameter memory: the sources, with M features.
  /// - Returns: what writes.
  /// - Precondition: there are M features.
  public func stepper(reading memory: SequenceBatch) -> DecoderStepper {
    prepared().stepper(reading: memory)
  }

  /// The state before the first step.
  ///
  /// - Parameters:
  ///   - layers: the state of each layer, a row for each sequence.
  ///   - segments: the source of each row, by its position in the layout of the memory.
  ///   - summary: what is known of each row's source as a whole, `[N, M]`; used if the context is
  ///     a summary.
  /// - Returns: the state, with a row for each of `segments`.
  public func state(
    _ layers: [[Tensor]], segments: [Int], summary: Tensor
  ) -> DecoderState {
    DecoderState(
      layers: layers, segments: segments,
      fed: configuration.feedsInput
        ? Tensor(zeros: [segments.count, configuration.outputSize]) : nil,
      summary: configuration.context == .summary ? summary : nil)
  }

  /// The outputs at every step of sequences that are known: teacher forcing.
  ///
  /// They are those of calling the stepper with one token after the other, but for rounding.
  ///
  /// - Parameters:
  ///   - tokens: the vectors of the tokens before each step, with E features.
  ///   - state: the state before the first step, rows in the order of the layout of `tokens`.
  ///   - memory: the sources.
  ///   - dropoutKey: names the dropout masks during training; nil for none.
  /// - Returns: `[rows, R]`, a row for each of `tokens`.
  /// - Precondition: the extents agree.
  public func outputs(
    _ tokens: SequenceBatch, from state: DecoderState, reading memory: SequenceBatch,
    dropoutKey: RandomKey? = nil
  ) -> Tensor {
    if configuration.feedsInput || (configuration.asksLast && configuration.seesCoverage) {
      return outputsStepByStep(tokens, from: state, stepper(reading: memory), dropoutKey)
    }
    let layout = tokens.layout
    let rowsOfSequences = (0..<layout.stepCount).flatMap { 0..<layout.activeCounts[$0] }
    var context: Tensor?
    let first: SequenceBatch
    if configuration.isConditional {
      let (states, contexts) = stepper(reading: memory)
        .conditionalStates(tokens, from: state)
      first = tokens.replacing(rows: states)
      context = contexts
    } else {
      context = state.summary?.gatheringRows(rowsOfSequences)
      let input = context.map {
        tokens.replacing(rows: Tensor(concatenatingColumns: [tokens.rows, $0]))
      }
      first = cells[0].run(input ?? tokens, from: state.layers[0])
    }
    var top = first
    for (index, cell) in cells.enumerated().dropFirst() {
      if configuration.dropout > 0, let key = dropoutKey?.folding(index) {
        top = top.dropout(configuration.dropout, key: key)
      }
      top = cell.run(top, from: state.layers[index])
    }
    if configuration.asksLast, let reader = attention?.reader(of: memory) {
      context = reader.contexts(top.rows, rowsOfSequences.map { state.segments[$0] })
    }
    return tanh(output(configuration.known(top: top.rows, context: context, tokens: tokens.rows)))
  }

  private func outputsStepByStep(
    _ tokens: SequenceBatch, from state: DecoderState, _ stepper: DecoderStepper,
    _ dropoutKey: RandomKey?
  ) -> Tensor {
    let layout = tokens.layout
    let known = stepper.read(tokens.rows).splittingRows(layout.activeCounts)
    var state = state
    let outputs = (0..<layout.stepCount).map { index in
      let key = dropoutKey?.folding(index)
      state = state.prefix(layout.activeCounts[index], of: stepper.memory)
      let step = stepper.step(known[index], state) { layer, rows in
        guard configuration.dropout > 0, let key else { return rows }
        return rows.dropout(configuration.dropout, key: key.folding(layer))
      }
      state = step.state
      return step.output
    }
    return Tensor(stacking: outputs)
  }
}
