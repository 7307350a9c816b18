public import LembraData
import LembraLayers
public import LembraTensor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A model that gives each word of a sentence a tag.
///
///     let sentences = try TaggedSentences(readingFrom: "train.txt")
///     let (training, validation) = try sentences.split(
///       validation: .percent(10), key: RandomKey(seed: 0))
///     let result = try SequenceTagger.train(on: training, validation: validation)
///     print(result.model.tag(sentences)[0])
public struct SequenceTagger: Sendable {
  /// The task that files of taggers name.
  public static let task = "tag"

  public let configuration: TaggerConfiguration
  public internal(set) var network: TaggerNetwork

  /// How the model came to be; nil before training.
  public internal(set) var record: TextTrainingRecord?

  /// A way to tag a sentence, and how probable it is.
  public struct Reading: Hashable, Sendable {
    public let tags: [String]
    public let probability: Double

    /// The tags by number, as they were learnt.
    package let path: [Int]
  }

  /// Creates an untrained model whose weights `seed` names.
  ///
  /// - Throws: `LembraError` with code `invalidOption` when a number cannot be used.
  public init(_ configuration: TaggerConfiguration, seed: UInt64) throws(LembraError) {
    try configuration.validate()
    let constraints = try configuration.constraints()
    self.init(
      configuration,
      network: TaggerNetwork(
        configuration.architecture, configuration.sizes,
        constraints: constraints,
        key: RandomKey(seed: seed).folding("weights")),
      record: nil)
  }

  init(
    _ configuration: TaggerConfiguration, network: TaggerNetwork, record: TextTrainingRecord?
  ) {
    self.configuration = configuration
    self.network = network
    self.record = record
  }

  // MARK: - Predictions

  /// The tags of the words of each sentence.
  ///
  /// A sentence's tags have the same scores, to the bit, whatever sentences are beside it.
  public func tag(_ sentences: TaggedSentences) -> [[String]] {
    paths(of: EncodedSentences(sentences, configuration)).map(configuration.names)
  }

  /// The most probable readings of each sentence, the best first.
  ///
  /// - Precondition: `count ≥ 1`.
  public func readings(_ count: Int, of sentences: TaggedSentences) -> [[Reading]] {
    let encoded = EncodedSentences(sentences, configuration)
    return inBatches(encoded) { emissions in
      guard let chain = network.chain else {
        return independentPaths(emissions).map {
          [Reading(tags: configuration.names($0.0), probability: $0.1, path: $0.0)]
        }
      }
      return chain.best(count, emissions).map { paths in
        paths.map {
          Reading(
            tags: configuration.names($0.tags), probability: $0.probability, path: $0.tags)
        }
      }
    }
  }

  /// The probability of each tag for each word of each sentence.
  public func marginals(of sentences: TaggedSentences) -> [[[Float]]] {
    let encoded = EncodedSentences(sentences, configuration)
    let count = configuration.tags.count
    return inBatches(encoded) { emissions in
      let rows = network.chain?.marginals(emissions).rows ?? emissions.rows.softmax()
      return emissions.replacing(rows: rows).sequences.map { sentence in
        let values = sentence.array
        return (0..<sentence.shape[0]).map { Array(values[$0 * count..<($0 + 1) * count]) }
      }
    }
  }

  func paths(of sentences: EncodedSentences) -> [[Int]] {
    inBatches(sentences) { emissions in
      network.chain?.decode(emissions) ?? independentPaths(emissions).map(\.0)
    }
  }

  /// The best tag of each word by itself, and the product of their probabilities.
  private func independentPaths(_ emissions: SequenceBatch) -> [([Int], Double)] {
    emissions.sequences.map { scores in
      let best = scores.argmax()
      let columns = scores.shape[1]
      let logs = scores.logSoftmax().array
      let sum = best.enumerated().reduce(0.0) { $0 + Double(logs[$1.0 * columns + $1.1]) }
      return (best, exp(sum))
    }
  }

  /// Calls `body` with the scores of batches of sentences of like length; answers come in the order
  /// of the sentences.
  private func inBatches<Answer>(
    _ sentences: EncodedSentences, _ body: (SequenceBatch) -> [Answer]
  ) -> [Answer] {
    var answers = [Answer?](repeating: nil, count: sentences.count)
    let buckets = LengthBuckets(lengths: sentences.lengths, limit: .tokens(4_096))
    for indices in buckets.inOrder() {
      let part = body(network.emissions(sentences.batch(Array(indices))))
      for (index, answer) in zip(indices, part) { answers[index] = answer }
    }
    return answers.compactMap(\.self)
  }
}
