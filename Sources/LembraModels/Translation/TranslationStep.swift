import LembraLayers
import LembraTensor
import LembraTraining

/// A step of training a translator.
struct TranslationStep: ReplayableStep {
  /// What a translator's network is made from.
  struct Configuration: Codable, Sendable {
    let architecture: TranslatorArchitecture
    let sourceCount: Int
    let targetCount: Int
  }

  let batch: TranslationBatch

  /// How probable it is that the decoder reads a token of its own.
  let samplingRate: Float

  let labelSmoothing: Float

  /// How far gradients flow back, and what is kept for them; a replay looks at the whole of it.
  var unrolling = Unrolling.whole

  private enum CodingKeys: CodingKey { case batch, samplingRate, labelSmoothing }

  static var task: String { Translator.task }

  static func network(
    of configuration: Configuration, weightCount: Int
  ) throws(LembraError) -> TranslationNetwork {
    let architecture = configuration.architecture
    let (sources, targets) = (configuration.sourceCount, configuration.targetCount)
    try architecture.validate(sourceCount: sources, targetCount: targets)
    try requireWeights(
      weightCount, architecture.parameterCount(sourceCount: sources, targetCount: targets))
    return TranslationNetwork(
      architecture, sourceCount: sources, targetCount: targets, isBlank: true,
      key: RandomKey(seed: 0))
  }

  func fits(
    _ network: TranslationNetwork, _ configuration: Configuration, carried: [Tensor]
  ) -> Bool {
    func all(_ sequences: [[Int]], below limit: Int) -> Bool {
      sequences.allSatisfy { !$0.isEmpty && $0.allSatisfy((0..<limit).contains) }
    }
    return carried.isEmpty && batch.inputs.map(\.count) == batch.layout.callersLengths
      && batch.sources.count == batch.inputs.count && batch.targets.count == batch.layout.rowCount
      && all(batch.sources, below: configuration.sourceCount)
      && all(batch.inputs + [batch.targets], below: configuration.targetCount)
      && (0...1).contains(samplingRate) && (0..<1).contains(labelSmoothing)
  }

  func loss(_ network: TranslationNetwork, key: RandomKey, carried: inout [Tensor]) -> Tensor {
    var inputs = batch.inputs
    if samplingRate > 0 {
      inputs = network.detached.unprobed.mixed(
        batch, rate: samplingRate, key: key.folding("sampling"))
    }
    let sources = network.read(
      batch.sources, dropoutKey: key.folding("source"), unrolling: unrolling)
    let rows = network.taught(
      inputs, layout: batch.layout, from: sources, dropoutKey: key.folding("target"))
    return network.loss(rows, batch.targets, labelSmoothing: labelSmoothing)
  }
}
