import LembraLayers
import LembraTensor
import LembraTraining

/// A step of training a language model.
struct LanguageStep: ReplayableStep {
  /// What a language network is made from.
  struct Configuration: Codable, Sendable {
    let architecture: LanguageArchitecture
    let tokenCount: Int
  }

  let layout: SequenceLayout

  /// The token of each row, and the one after it.
  let inputs: [Int]
  let targets: [Int]

  static var task: String { LanguageModel.task }

  static func network(
    of configuration: Configuration, weightCount: Int
  ) throws(LembraError) -> LanguageNetwork {
    let (architecture, tokens) = (configuration.architecture, configuration.tokenCount)
    try architecture.validate(tokenCount: tokens)
    try requireWeights(weightCount, architecture.parameterCount(tokenCount: tokens))
    return LanguageNetwork(
      architecture, tokenCount: tokens, isBlank: true, key: RandomKey(seed: 0))
  }

  func fits(_ network: LanguageNetwork, _ configuration: Configuration, carried: [Tensor]) -> Bool {
    let shapes = network.encoder.zeroState(batch: layout.batchCount).map(\.shape)
    return layout.rowCount > 0 && inputs.count == layout.rowCount
      && targets.count == layout.rowCount
      && (inputs + targets).allSatisfy((0..<configuration.tokenCount).contains)
      && (carried.isEmpty || carried.map(\.shape) == shapes)
  }

  func loss(_ network: LanguageNetwork, key: RandomKey, carried: inout [Tensor]) -> Tensor {
    let (rows, state) = network.hidden(
      inputs, layout: layout, from: carried.isEmpty ? nil : carried, dropoutKey: key)
    carried = state
    return network.loss(rows, targets)
  }
}
