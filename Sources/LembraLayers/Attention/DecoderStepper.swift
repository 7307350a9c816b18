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
    var (top, layer) = cells[0].step(parts, state.layers[0])
    var context = state.summary
    var weights: Tensor?
    if let contextCell, let reader {
      let reading = read(reader, top, &next)
      (context, weights) = (reading.contexts, reading.weights)
      (top, layer) = contextCell.step([contextCell.projected(reading.contexts)], layer)
    }
    next.layers[0] = layer
    for (index, cell) in cells.enumerated().dropFirst() {
      let input = dropout?(index, top) ?? top
      (top, next.layers[index]) = cell.step([cell.projected(input)], state.layers[index])
    }
    if configuration.asksLast, let reader {
      let reading = read(reader, top, &next)
      (context, weights) = (reading.contexts, reading.weights)
    }
    let known = [top] + (context.map { [$0] } ?? []) + (configuration.asksLast ? [] : [tokens])
    let result = tanh(output(Tensor(concatenatingColumns: known)))
    if state.fed != nil { next.fed = result }
    return Step(output: result, state: next, weights: weights)
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
    guard let contextCell, let reader else {
      preconditionFailure("AttentionDecoder: no additive attention")
    }
    let layout = tokens.layout
    let known = projected(tokens.rows).splittingRows(layout.activeCounts)
    var (states, contexts): ([Tensor], [Tensor]) = ([], [])
    var state = first
    for step in 0..<layout.stepCount {
      state = state.prefix(layout.activeCounts[step], of: reader.memory)
      let (query, between) = cells[0].step([known[step]], state.layers[0])
      let reading = read(reader, query, &state)
      let (top, layer) = contextCell.step(
        [contextCell.projected(reading.contexts)], between)
      state.layers[0] = layer
      states.append(top)
      contexts.append(reading.contexts)
    }
    return (Tensor(stacking: states), Tensor(stacking: contexts))
  }
}
