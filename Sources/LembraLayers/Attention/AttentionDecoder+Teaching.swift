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
  ///   - layers: what the state of each layer is made from, a row for each sequence: its output and, of
  ///     cells that remember more than that, its cell vector. The lengths are
  ///     ``Configuration/firstStateSizes``.
  ///   - segments: the source of each row, by its position in the layout of the memory.
  ///   - summary: what is known of each row's source as a whole, `[N, M]`; used if the context is
  ///     a summary.
  /// - Returns: the state, with a row for each of `segments`.
  public func state(
    _ layers: [[Tensor]], segments: [Int], summary: Tensor
  ) -> DecoderState {
    precondition(
      layers.count == cells.count
        && layers.allSatisfy { $0.map { $0.shape.columns } == configuration.firstStateSizes },
      "AttentionDecoder: a state of \(layers.map { $0.map(\.shape) })")
    return DecoderState(
      layers: configuration.cell == .slstm
        ? layers.map { SLSTMCell.State(hidden: $0[0], cell: $0[1]).tensors } : layers,
      segments: segments,
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
  ///   - dropoutKey: names the dropout masks and the noise of the cells during training; nil for none.
  /// - Returns: `[rows, R]`, a row for each of `tokens`.
  /// - Precondition: the extents agree.
  public func outputs(
    _ tokens: SequenceBatch, from state: DecoderState, reading memory: SequenceBatch,
    dropoutKey: RandomKey? = nil
  ) -> Tensor {
    if configuration.feedsInput || (configuration.asksLast && configuration.seesCoverage) {
      return outputsStepByStep(tokens, from: state, reading: memory, dropoutKey: dropoutKey)
    }
    let layout = tokens.layout
    let rowsOfSequences = (0..<layout.stepCount).flatMap { 0..<layout.activeCounts[$0] }
    var context: Tensor?
    let first: SequenceBatch
    if configuration.isConditional {
      let (states, contexts) = PreparedDecoder(self, layout: layout).stepper(reading: memory)
        .conditionalStates(
          tokens, from: state, noise: dropoutKey.map { drawnNoise(layout, layers: 1, key: $0) })
      first = tokens.replacing(rows: states)
      context = contexts
    } else {
      context = state.summary?.gatheringRows(rowsOfSequences)
      let input = context.map {
        tokens.replacing(rows: Tensor(concatenatingColumns: [tokens.rows, $0]))
      }
      first = run(0, input ?? tokens, from: state, dropoutKey)
    }
    var top = first
    for index in cells.indices.dropFirst() {
      top = run(index, dropped(top, layer: index, dropoutKey), from: state, dropoutKey)
    }
    if configuration.asksLast, let reader = attention?.reader(of: memory) {
      context = reader.contexts(top.rows, rowsOfSequences.map { state.segments[$0] })
    }
    return tanh(output(configuration.known(top: top.rows, context: context, tokens: tokens.rows)))
  }

  private func run(
    _ layer: Int, _ input: SequenceBatch, from state: DecoderState, _ key: RandomKey?
  ) -> SequenceBatch {
    cells[layer].run(
      input, from: state.layers[layer], noiseKey: key.map { noiseKey(ofLayer: layer, $0) })
  }

  /// The same, one step after the other, as it must be where a step reads the output before.
  package func outputsStepByStep(
    _ tokens: SequenceBatch, from state: DecoderState, reading memory: SequenceBatch,
    dropoutKey: RandomKey?
  ) -> Tensor {
    let layout = tokens.layout
    let stepper = PreparedDecoder(self, layout: layout).stepper(reading: memory)
    let noise = dropoutKey.map { drawnNoise(layout, layers: cells.count, key: $0) }
    let known = stepper.read(tokens.rows).splittingRows(layout.activeCounts)
    var state = state
    let outputs = (0..<layout.stepCount).map { index in
      state = state.prefix(layout.activeCounts[index], of: stepper.memory)
      let step = stepper.step(known[index], state, noise: noise?.step(index, of: layout))
      state = step.state
      return step.output
    }
    return Tensor(stacking: outputs)
  }
}
