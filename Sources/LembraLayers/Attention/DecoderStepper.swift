public import LembraTensor

/// A decoder that writes step by step, while reading one batch of sources.
public struct DecoderStepper: Sendable {
  private let decoder: PreparedDecoder
  private let reader: AttentionReader?

  /// Whether what is read from the memory is what the layers make of a context: the input of the
  /// second cell, if there is one, and beside it a part of the output.
  private let projectsMemory: Bool

  private var configuration: AttentionDecoder.Configuration { decoder.configuration }
  private var cells: [CellStepper] { decoder.cells }
  private var contextCell: CellStepper? { decoder.contextCell }
  private var readout: DecoderReadout { decoder.readout }

  init(_ decoder: PreparedDecoder, reader: AttentionReader?, projectsMemory: Bool) {
    self.decoder = decoder
    self.reader = reader
    self.projectsMemory = projectsMemory
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

  /// What the layers make of tokens: all that a step needs of them.
  public struct ReadTokens: Sendable {
    /// A part of the first layer's input.
    fileprivate var input: Tensor

    /// A part of the output, where tokens are.
    fileprivate var output: Tensor?

    /// The tokens of some rows, of which one may be taken more than once.
    ///
    /// - Precondition: every index is that of a row.
    public func gatheringRows(_ indices: [Int]) -> ReadTokens {
      ReadTokens(input: input.gatheringRows(indices), output: output?.gatheringRows(indices))
    }

    /// The tokens of consecutive rows, which there are `counts` of.
    func splittingRows(_ counts: [Int]) -> [ReadTokens] {
      let outputs = output?.splittingRows(counts)
      return input.splittingRows(counts).enumerated().map { index, input in
        ReadTokens(input: input, output: outputs?[index])
      }
    }
  }

  /// What the layers make of tokens, for any number of rows.
  ///
  /// - Parameter tokens: their vectors, `[rows, E]`.
  /// - Returns: all that a step needs of each.
  public func read(_ tokens: Tensor) -> ReadTokens {
    ReadTokens(input: cells[0].projected(tokens), output: readout.part(ofTokens: tokens))
  }

  /// Advances every row by a token.
  ///
  /// - Parameters:
  ///   - tokens: the tokens that the rows end with, which were read.
  ///   - state: the state before.
  /// - Returns: the output, from which the next token is chosen, and the state after.
  public func callAsFunction(_ tokens: ReadTokens, _ state: DecoderState) -> Step {
    step(tokens, state, noise: nil)
  }

  func step(
    _ tokens: ReadTokens, _ state: DecoderState, noise: DecoderNoise?
  ) -> Step {
    var next = state
    var parts = [tokens.input]
    if let summary = state.summary { parts.append(cells[0].projected(summary, part: parts.count)) }
    if let fed = state.fed { parts.append(cells[0].projected(fed, part: parts.count)) }
    var (top, reading) = firstLayer(parts, &next, noise)
    for (index, cell) in cells.enumerated().dropFirst() {
      let input = noise?.left(of: top, layer: index) ?? top
      (top, next.layers[index]) = cell.step(
        [cell.projected(input)], state.layers[index], noise: noise?.cells[index])
    }
    if configuration.asksLast, let reader { reading = attend(reader, top, &next) }
    let result = readout(
      top: top, context: contextPart(reading, state.summary), tokens: tokens.output)
    if state.fed != nil { next.fed = result }
    return Step(output: result, state: next, weights: reading?.weights)
  }

  /// A step of the first layer, with what its second cell has read if there is one.
  private func firstLayer(
    _ parts: [Tensor], _ state: inout DecoderState, _ noise: DecoderNoise?
  ) -> (top: Tensor, reading: AttentionMemory.Reading?) {
    var (top, layer) = cells[0].step(parts, state.layers[0], noise: noise?.cells[0])
    var reading: AttentionMemory.Reading?
    if let contextCell, let reader {
      let own = attend(reader, top, &state)
      let input =
        projectsMemory
        ? own.contexts.columns(0..<own.contexts.shape[1] - configuration.outputSize)
        : contextCell.projected(own.contexts)
      (top, layer) = contextCell.step([input], layer, noise: noise?.contextCell)
      reading = own
    }
    state.layers[0] = layer
    return (top, reading)
  }

  /// The part of the output that comes from the source.
  private func contextPart(_ reading: AttentionMemory.Reading?, _ summary: Tensor?) -> Tensor? {
    guard let reading else { return summary.flatMap(readout.part(ofContext:)) }
    guard projectsMemory else { return readout.part(ofContext: reading.contexts) }
    let width = reading.contexts.shape[1]
    return reading.contexts.columns(width - configuration.outputSize..<width)
  }

  private func attend(
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
  ///
  /// - Precondition: the memory is read as it is.
  func conditionalStates(
    _ tokens: SequenceBatch, from first: DecoderState, noise: DecoderNoise?
  ) -> (states: Tensor, contexts: Tensor) {
    let layout = tokens.layout
    let known = cells[0].projected(tokens.rows).splittingRows(layout.activeCounts)
    var (states, contexts): ([Tensor], [Tensor]) = ([], [])
    var state = first
    for step in 0..<layout.stepCount {
      state = state.prefix(layout.activeCounts[step], of: memory)
      let (top, reading) = firstLayer([known[step]], &state, noise?.step(step, of: layout))
      guard let reading else { trap("AttentionDecoder: no additive attention") }
      states.append(top)
      contexts.append(reading.contexts)
    }
    return (Tensor(stacking: states), Tensor(stacking: contexts))
  }
}
