public import LembraTensor

/// A decoder that writes step by step, while reading one batch of sources.
public struct DecoderStepper: Sendable {
  let configuration: AttentionDecoder.Configuration
  private let cells: [CellStepper]
  private let contextCell: CellStepper?
  private let reader: AttentionReader?
  private let output: RepeatedAffine

  init(_ decoder: AttentionDecoder, reading memory: SequenceBatch) {
    let own = decoder.configuration
    configuration = own
    cells = decoder.cells.enumerated().map { index, cell in
      cell.stepper(inputSizes: index == 0 ? own.inputSizes : [own.hiddenSize])
    }
    contextCell = decoder.contextCell?.stepper(inputSizes: [own.memorySize])
    reader = decoder.attention?.reader(of: memory)
    output = RepeatedAffine(decoder.output.weight, decoder.output.bias)
  }

  /// What rows attend to, if they do.
  public var memory: AttentionMemory? { reader?.memory }

  /// What a step does.
  public struct Step: Sendable {
    /// `[N, R]`.
    public let output: Tensor

    public let state: DecoderState

    /// How much each entry of each row's memory counted, one row after the other; nil without
    /// attention.
    public let weights: Tensor?
  }

  /// Advances every row by a token.
  ///
  /// - Parameters:
  ///   - tokens: the vectors of the tokens that the rows end with, `[N, E]`.
  ///   - state: the state before.
  /// - Returns: the output, from which the next token is chosen, and the state after.
  public func callAsFunction(_ tokens: Tensor, _ state: DecoderState) -> Step {
    step(projected(tokens), tokens, state, dropout: nil)
  }

  /// What the first layer makes of tokens, for any number of rows.
  func projected(_ tokens: Tensor) -> Tensor { cells[0].projected(tokens) }

  /// Advances every row by a token whose vector is `projected` already.
  func step(
    _ projected: Tensor, _ tokens: Tensor, _ state: DecoderState,
    dropout: ((_ layer: Int, _ rows: Tensor) -> Tensor)?
  ) -> Step {
    var next = state
    var parts = [projected]
    if let summary = state.summary { parts.append(cells[0].projected(summary, part: parts.count)) }
    if let fed = state.fed { parts.append(cells[0].projected(fed, part: parts.count)) }
    var (top, reading) = firstLayer(parts, &next)
    for (index, cell) in cells.enumerated().dropFirst() {
      let input = dropout?(index, top) ?? top
      (top, next.layers[index]) = cell.step([cell.projected(input)], state.layers[index])
    }
    if configuration.asksLast, let reader { reading = read(reader, top, &next) }
    let known = configuration.known(
      top: top, context: reading?.contexts ?? state.summary, tokens: tokens)
    let result = tanh(output(known))
    if state.fed != nil { next.fed = result }
    return Step(output: result, state: next, weights: reading?.weights)
  }

  /// A step of the first layer, with what its second cell has read if there is one.
  private func firstLayer(
    _ parts: [Tensor], _ state: inout DecoderState
  ) -> (top: Tensor, reading: AttentionMemory.Reading?) {
    var (top, layer) = cells[0].step(parts, state.layers[0])
    var reading: AttentionMemory.Reading?
    if let contextCell, let reader {
      let own = read(reader, top, &state)
      (top, layer) = contextCell.step([contextCell.projected(own.contexts)], layer)
      reading = own
    }
    state.layers[0] = layer
    return (top, reading)
  }

  private func read(
    _ reader: AttentionReader, _ queries: Tensor, _ state: inout DecoderState
  ) -> AttentionMemory.Reading {
    let reading = reader(queries, state.segments, coverage: state.coverage)
    if reader.seesCoverage {
      state.coverage = state.coverage.map { $0 + reading.weights } ?? reading.weights
    }
    return reading
  }

  // MARK: - Where later steps do not wait for the output

  /// The outputs of the first layer and the contexts of additive attention, of every step.
  func conditionalStates(
    _ tokens: SequenceBatch, from first: DecoderState
  ) -> (states: Tensor, contexts: Tensor) {
    let layout = tokens.layout
    let known = projected(tokens.rows).splittingRows(layout.activeCounts)
    var (states, contexts): ([Tensor], [Tensor]) = ([], [])
    var state = first
    for step in 0..<layout.stepCount {
      state = state.prefix(layout.activeCounts[step], of: memory)
      let (top, reading) = firstLayer([known[step]], &state)
      guard let reading else { preconditionFailure("AttentionDecoder: no additive attention") }
      states.append(top)
      contexts.append(reading.contexts)
    }
    return (Tensor(stacking: states), Tensor(stacking: contexts))
  }
}
