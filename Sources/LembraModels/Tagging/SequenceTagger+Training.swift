public import LembraData
import LembraLayers
import LembraTensor
public import LembraTraining

/// What a tagger knows, and how it is trained.
public struct TaggerTrainingOptions: Hashable, Codable, Sendable {
  /// What is made of tags that mark spans.
  public enum Scheme: String, CaseIterable, Hashable, Codable, Sendable {
    /// They are learnt as they are, and only what their scheme allows is said.
    case keep
    /// They are learnt as BIOES, and what is said is converted back.
    case bioes
    /// They are learnt as they are, and anything may follow anything.
    case free
  }

  /// How often a word must occur in the training part to be known.
  public var minimumCount: Int

  public var scheme: Scheme

  public var training: TextTrainingOptions

  public init(
    minimumCount: Int = 1, scheme: Scheme = .bioes,
    training: TextTrainingOptions = TextTrainingOptions(
      learningRate: 0.002, schedule: .cosine(end: 0.01), weightDecay: 1e-4,
      clipping: GradientClipping(norm: 5), epochs: 30, batchSize: 16)
  ) {
    self.minimumCount = minimumCount
    self.scheme = scheme
    self.training = training
  }
}

extension SequenceTagger {
  /// Trains a tagger.
  ///
  /// - Parameters:
  ///   - training: the sentences that are learnt from, with their tags.
  ///   - validation: the sentences that decide which epoch's weights are kept; nil for none.
  ///   - architecture: the layers.
  ///   - options: the words that are known, and how the network is trained.
  ///   - vectors: vectors of words that were learnt elsewhere, as long as the architecture's, which
  ///     the embedding begins with.
  ///   - supervision: where the run is kept, and whom it tells.
  /// - Returns: the model with the best weights; with the last ones without a validation part.
  /// - Throws: `LembraError` when an option cannot be used, when a loss or gradient is not finite, or
  ///   when a checkpoint cannot be written or belongs to another run.
  public static func train(
    on training: TaggedSentences, validation: TaggedSentences? = nil,
    architecture: TaggerArchitecture = TaggerArchitecture(),
    options: TaggerTrainingOptions = TaggerTrainingOptions(), vectors: WordVectors? = nil,
    supervision: TrainingSupervision = TrainingSupervision()
  ) throws -> TextTrainingResult<SequenceTagger> {
    try options.training.validate(hasValidation: validation != nil)
    try require(
      options.minimumCount >= 1, "words that occur \(options.minimumCount) times are none",
      "choose 1 or more", "min count")
    for part in [training] + (validation.map { [$0] } ?? []) {
      try part.requireTags(featureCount: training.features.count)
    }
    let found = options.scheme == .free ? nil : try training.scheme()
    if options.scheme == .keep, let found { try training.requireSoundTags(of: found) }
    let isConverted = options.scheme == .bioes && found != nil
    func learnt(_ sentences: TaggedSentences) -> TaggedSentences {
      isConverted ? sentences.converted(to: .bioes) : sentences
    }
    let configuration = try TaggerConfiguration(
      learnt(training), minimumCount: options.minimumCount, scheme: isConverted ? .bioes : found,
      fileScheme: isConverted ? found : nil, architecture: architecture)
    var tagger = try SequenceTagger(configuration, seed: options.training.seed)
    if let vectors { try tagger.network.words.take(vectors, for: configuration.words) }
    let examples = try EncodedSentences(tagged: learnt(training), configuration)
    let held = validation.map { ($0, EncodedSentences($0, configuration)) }
    let context = [
      "architecture": "\(architecture)", "words": "\(training.words.count)",
      "vocabulary": "\(configuration.words.count)",
      "tags": configuration.tags.joined(separator: ","),
      "scheme": configuration.scheme?.rawValue ?? "none",
      "scheme of the file": configuration.fileScheme?.rawValue ?? "none",
      "data": examples.fingerprint, "validation data": held?.1.fingerprint ?? "none",
      "validation tags": validation.map { Fingerprint.text(of: $0.tags) } ?? "none",
    ]
    try options.training.precision?.requireTraining(of: architecture.variant)
    let task = tagger.task(on: examples, lines: training.lines, held, options)
    let result = try tagger.train(at: options.training.precision) { network in
      try options.training.train(
        network, task: task, context: context, supervision: supervision)
    }
    tagger.record = TextTrainingRecord(
      options.training, trainingCount: training.count, validationCount: validation?.count ?? 0,
      result)
    return TextTrainingResult(tagger, result)
  }

  private func task(
    on examples: EncodedSentences, lines: [Int],
    _ held: (TaggedSentences, EncodedSentences)?, _ options: TaggerTrainingOptions
  ) -> TrainingTask<TaggerNetwork, ArraySlice<Int>> {
    let buckets = LengthBuckets(
      lengths: examples.lengths, limit: .sequences(options.training.batchSize))
    let rate = configuration.architecture.wordDropout
    var task = TrainingTask<TaggerNetwork, ArraySlice<Int>>(
      configuration,
      batches: { _, key in
        var generator = RandomGenerator(key)
        return buckets.shuffled(using: &generator)
      },
      step: { indices, key in
        let batch = examples.batch(
          Array(indices), droppingWords: rate, key: key.folding("words"))
        return TaggerStep(
          sentences: batch, tags: examples.tags(of: Array(indices), in: batch.layout),
          unrolling: options.training.unrolling)
      },
      weight: { Double($0.count) },
      sequenceName: { batch, row, layer in
        // Spelling is read once for each distinct word of the batch.
        if layer.hasPrefix("speller") { return "distinct word \(row + 1)" }
        let index = batch[batch.startIndex + row]
        let line = lines.isEmpty ? nil : lines[examples.range(index).lowerBound]
        return "sentence \(index + 1)" + (line.map { ", from line \($0)" } ?? "")
      })
    if let (sentences, encoded) = held {
      task.validationScore = { network in
        var candidate = self
        candidate.network = network
        return 1 - candidate.score(of: encoded, sentences)
      }
    }
    return task
  }
}
