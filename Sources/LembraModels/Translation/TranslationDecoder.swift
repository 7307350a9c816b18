import LembraLayers
import LembraTensor

/// A translation network that writes the targets of some sources; see ``SequenceDecoder``.
struct TranslationDecoder: SequenceDecoder {
  private let network: TranslationNetwork
  private let stepper: DecoderStepper
  private let logits: RepeatedAffine
  private let returnsAttention: Bool

  /// Whether what was attended to is told from the end of a source.
  private let isReversed: Bool

  /// The state before the first step, a row for each source.
  let firstState: DecoderState

  /// - Parameters:
  ///   - writer: what writes.
  ///   - sources: the tokens of each source; none is empty.
  ///   - isBeam: whether several hypotheses of a source stand side by side. What is drawn must not
  ///     depend on how much is.
  ///   - returnsAttention: whether steps tell what they attended to.
  init(
    _ writer: TranslationWriter, reading sources: [[Int]], isBeam: Bool,
    returnsAttention: Bool
  ) {
    let read = writer.network.read(sources)
    network = writer.network
    self.returnsAttention = returnsAttention
    isReversed = network.reversesSource
    logits = writer.logits
    stepper = writer.decoder.stepper(reading: read.memory, projectsMemory: isBeam)
    firstState = network.firstState(read, order: Array(sources.indices))
  }

  func step(_ tokens: [Int], _ state: DecoderState) -> DecodingStep<DecoderState> {
    // Hypotheses of one source, and of many, end with the same few tokens.
    var places: [Int: Int] = [:]
    var distinct: [Int] = []
    let placeOfRow = tokens.map { token in
      if let place = places[token] { return place }
      places[token] = distinct.count
      distinct.append(token)
      return distinct.count - 1
    }
    let read = stepper.read(network.target(distinct)).gatheringRows(placeOfRow)
    let step = stepper(read, state)
    return DecodingStep(
      scores: TokenScores(softmaxOf: logits, step.output), state: step.state,
      attention: returnsAttention ? attention(step.weights, state.segments) : [])
  }

  func rows(_ indices: [Int], of state: DecoderState) -> DecoderState {
    state.gatheringRows(indices, of: stepper.memory)
  }

  private func attention(_ weights: Tensor?, _ segments: [Int]) -> [[Float]] {
    guard let weights, let memory = stepper.memory else { return [] }
    let all = weights.array
    return memory.entries(of: segments).map { entries in
      isReversed ? all[entries].reversed() : Array(all[entries])
    }
  }
}

/// A translation network whose decoder's weights are in the order of the kernels.
struct TranslationWriter: Sendable {
  let network: TranslationNetwork
  let decoder: PreparedDecoder
  let logits: RepeatedAffine

  init(_ network: TranslationNetwork) {
    self.network = network
    decoder = network.decoder.prepared()
    logits = network.repeatedLogits
  }
}
