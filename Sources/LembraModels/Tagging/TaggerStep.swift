import LembraLayers
import LembraTensor
import LembraTraining

/// A step of training a tagger.
struct TaggerStep: ReplayableStep {
  /// The sentences, words that were dropped being unknown.
  let sentences: TaggerBatch

  /// The tag of each row.
  let tags: [Int]

  /// How far gradients flow back, and what is kept for them; a replay looks at the whole of it.
  var unrolling = Unrolling.whole

  private enum CodingKeys: CodingKey { case sentences, tags }

  static var task: String { SequenceTagger.task }

  static func network(
    of configuration: TaggerConfiguration, weightCount: Int
  ) throws(LembraError) -> TaggerNetwork {
    try configuration.validate()
    let sizes = configuration.sizes
    try requireWeights(weightCount, configuration.architecture.parameterCount(sizes))
    return TaggerNetwork(
      configuration.architecture, sizes, constraints: try configuration.constraints(),
      isBlank: true, key: RandomKey(seed: 0))
  }

  func fits(
    _ network: TaggerNetwork, _ configuration: TaggerConfiguration, carried: [Tensor]
  ) -> Bool {
    let (sizes, rows) = (configuration.sizes, sentences.layout.rowCount)
    func all(_ numbers: [Int], below limit: Int, count: Int) -> Bool {
      numbers.count == count && numbers.allSatisfy((0..<limit).contains)
    }
    return carried.isEmpty && sentences.layout.lengths.allSatisfy { $0 > 0 }
      && all(tags, below: sizes.tags, count: rows)
      && all(sentences.words, below: sizes.words, count: rows)
      && all(sentences.spellingOfRow, below: sentences.spellings.count, count: rows)
      && sentences.features.count == sizes.features.count
      && zip(sentences.features, sizes.features).allSatisfy { all($0, below: $1, count: rows) }
      && sentences.spellings.allSatisfy {
        !$0.isEmpty && all($0, below: sizes.characters, count: $0.count)
      }
  }

  func loss(_ network: TaggerNetwork, key: RandomKey, carried: inout [Tensor]) -> Tensor {
    let emissions = network.emissions(sentences, dropoutKey: key, unrolling: unrolling)
    guard let chain = network.chain else { return emissions.rows.crossEntropy(tags) }
    return chain.negativeLogLikelihoods(emissions: emissions, tags: tags).mean()
  }
}
