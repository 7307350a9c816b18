public import LembraData
import LembraLayers
import LembraTensor
import LembraTraining

extension TextClassifier {
  /// Trains a classifier.
  ///
  /// - Parameters:
  ///   - training: the texts that are learnt from, with their labels.
  ///   - validation: the texts that decide which epoch's weights are kept; nil for none.
  ///   - isMultiLabel: whether a text may have several labels; when nil, if one does.
  ///   - architecture: the layers.
  ///   - options: the words that are known, and how the network is trained.
  ///   - vectors: vectors of words that were learnt elsewhere, as long as the architecture's, which
  ///     the embedding begins with.
  ///   - supervision: where the run is kept, and whom it tells.
  /// - Returns: the model with the best weights; with the last ones without a validation part.
  /// - Throws: `LembraError` when an option cannot be used, when a label of the validation part is
  ///   unknown, when a loss or gradient is not finite, or when a checkpoint cannot be written or
  ///   belongs to another run.
  public static func train(
    on training: LabelledTexts, validation: LabelledTexts? = nil, isMultiLabel: Bool? = nil,
    architecture: ClassifierArchitecture = ClassifierArchitecture(),
    options: ClassifierTrainingOptions = ClassifierTrainingOptions(),
    vectors: WordVectors? = nil, supervision: TrainingSupervision = TrainingSupervision()
  ) throws -> TextTrainingResult<TextClassifier> {
    try options.validate(hasValidation: validation != nil)
    let tokenizer = try Tokenizer.words(
      of: training.texts, lowercases: options.lowercases, minimumCount: options.minimumCount,
      maximumSize: options.vocabularySize)
    let configuration = ClassifierConfiguration(
      tokenizer: tokenizer, labels: Set(training.labels.joined()).sorted(),
      isMultiLabel: isMultiLabel ?? training.labels.contains { $0.count != 1 },
      architecture: architecture)
    var classifier = try TextClassifier(configuration, seed: options.training.seed)
    if let vectors { try classifier.network.embedding.take(vectors, for: tokenizer.vocabulary) }
    let examples = try ClassifiedTexts(training, configuration)
    let held = try validation.map { texts throws(LembraError) in
      try ClassifiedTexts(texts, configuration)
    }
    let context = [
      "configuration": "\(architecture)", "words": tokenizer.summary,
      "labels": configuration.labels.joined(separator: ","),
      "class weights": options.classWeighting.rawValue,
      "label smoothing": "\(options.labelSmoothing)", "texts": "\(examples.count)",
      "labels a text": configuration.isMultiLabel ? "any number" : "1",
      "data": Fingerprint.text(of: examples.tokens + examples.targets),
      "validation data": Fingerprint.text(of: (held?.tokens ?? []) + (held?.targets ?? [])),
      "tokens": "\(examples.tokens.reduce(0) { $0 + $1.count })",
    ]
    try options.training.precision?.requireTraining(of: architecture.variant)
    let task = classifier.task(on: examples, lines: training.lines, held, options)
    let result = try classifier.train(at: options.training.precision) { network in
      try options.training.train(
        network, task: task, context: context, supervision: supervision)
    }
    classifier.record = TextTrainingRecord(
      options.training, trainingCount: examples.count, validationCount: held?.count ?? 0, result)
    return TextTrainingResult(classifier, result)
  }

  private func task(
    on examples: ClassifiedTexts, lines: [Int], _ held: ClassifiedTexts?,
    _ options: ClassifierTrainingOptions
  ) -> TrainingTask<ClassifierNetwork, ArraySlice<Int>> {
    let buckets = LengthBuckets(
      lengths: examples.tokens.map(\.count), limit: .sequences(options.training.batchSize))
    let weights =
      options.classWeighting == .balanced
      ? CodedTensor(examples.balancedWeights) : nil
    let (rate, unknown) = (configuration.architecture.wordDropout, configuration.unknown)
    var task = TrainingTask<ClassifierNetwork, ArraySlice<Int>>(
      configuration,
      batches: { _, key in
        var generator = RandomGenerator(key)
        return buckets.shuffled(using: &generator)
      },
      step: { batch, key in
        var texts = examples.chosen(batch)
        texts.tokens = texts.tokens.droppingWords(
          rate, replacement: unknown, key: key.folding("words"), identities: Array(batch))
        return ClassifierStep(
          texts: texts, classWeights: weights, labelSmoothing: options.labelSmoothing,
          unrolling: options.training.unrolling)
      },
      weight: { Double($0.count) },
      sequenceName: { batch, row, _ in
        let index = batch[batch.startIndex + row]
        return "text \(index + 1)" + (lines.isEmpty ? "" : ", line \(lines[index])")
      })
    if let held {
      task.validationScore = { network in
        var candidate = self
        candidate.network = network
        return candidate.errorRate(on: held)
      }
    }
    return task
  }

  /// The share of texts whose labels are not all found.
  private func errorRate(on texts: ClassifiedTexts) -> Double {
    let (count, all) = (configuration.labels.count, probabilities(of: texts.tokens).array)
    let wrong = texts.targets.enumerated().count { index, truth in
      configuration.chosen(Array(all[index * count..<(index + 1) * count])) != truth
    }
    return Double(wrong) / Double(max(texts.count, 1))
  }
}

extension Embedding {
  /// Takes vectors of words that were learnt elsewhere; other words keep theirs.
  ///
  /// - Throws: `LembraError` with code `invalidOption` when they have another length.
  mutating func take(_ vectors: WordVectors, for vocabulary: Vocabulary) throws(LembraError) {
    try require(
      vectors.size == outputSize,
      "the word vectors have \(vectors.size) numbers, and the embedding \(outputSize)",
      "choose an embedding of \(vectors.size)", "embedding")
    let (positions, values) = vectors.rows(of: vocabulary.tokens)
    let width = outputSize
    weight.withMutableElements { out in
      for (row, position) in positions.enumerated() {
        for column in 0..<width { out[position * width + column] = values[row * width + column] }
      }
    }
  }
}
