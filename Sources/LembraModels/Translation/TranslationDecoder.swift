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

  init(_ network: TranslationNetwork, reading sources: [[Int]], returnsAttention: Bool) {
    let read = network.read(sources)
    self.network = network
    self.returnsAttention = returnsAttention
    isReversed = network.reversesSource
    logits = network.repeatedLogits
    stepper = network.decoder.stepper(reading: read.memory)
    firstState = network.firstState(read, order: Array(sources.indices))
  }

  func step(_ tokens: [Int], _ state: DecoderState) -> DecodingStep<DecoderState> {
    let step = stepper(network.target(tokens), state)
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
