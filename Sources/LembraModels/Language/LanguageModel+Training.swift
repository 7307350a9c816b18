public import LembraData
import LembraTensor
import LembraLayers
import LembraTraining

extension LanguageModel {
  /// Trains a language model by truncated backpropagation through time.
  ///
  /// The training part is read as parallel streams, a chunk of steps at a time; the state is carried
  /// from each chunk to the next.
  ///
  /// - Parameters:
  ///   - training: the text that is learnt from.
  ///   - validation: the text that decides which epoch's weights are kept; nil for none.
  ///   - tokenizer: what turns text into tokens.
  ///   - architecture: the layers.
  ///   - options: how it is trained; its batch is the number of streams.
  ///   - steps: the steps through which gradients flow.
  ///   - supervision: where the run is kept, and whom it tells.
  /// - Returns: the model with the best weights; with the last ones without a validation part.
  /// - Throws: `LembraError` when an option cannot be used, when a text is too short, when a loss or
  ///   gradient is not finite, or when a checkpoint cannot be written or belongs to another run.
  public static func train(
    on training: TextFile, validation: TextFile? = nil, tokenizer: Tokenizer,
    architecture: LanguageArchitecture = LanguageArchitecture(),
    options: TextTrainingOptions = TextTrainingOptions(), steps: Int = 64,
    supervision: TrainingSupervision = TrainingSupervision()
  ) throws -> TextTrainingResult<LanguageModel> {
    try options.validate(hasValidation: validation != nil)
    try options.precision?.requireTraining(of: architecture.variant)
    try require(
      (1...100_000).contains(steps), "\(steps) steps cannot be learnt through",
      "choose from 1 to 100000", "steps")
    let model = try LanguageModel(architecture, tokenizer: tokenizer, seed: options.seed)
    let corpus = try tokenizer.corpus(of: training)
    let held = try validation.map { text throws(LembraError) in try tokenizer.corpus(of: text) }
    let batches = try LanguageBatches(corpus, streams: options.batchSize, steps: steps)
    // A part that is too short to be judged is better refused now than after an epoch.
    if let held { _ = try LanguageBatches(held, streams: 1, steps: 1) }
    var task = model.task(on: batches)
    if let held {
      task.validationScore = { network in
        var candidate = model
        candidate.network = network
        return try candidate.scores(of: held, streams: Self.validationStreams(held)).nats
      }
    }
    let context = [
      "architecture": "\(architecture)", "steps": "\(steps)", "tokenizer": tokenizer.summary,
      "tokens": "\(corpus.count)", "validation tokens": "\(held?.count ?? 0)",
      "data": corpus.fingerprint, "validation data": held?.fingerprint ?? "none",
    ]
    var trained = model
    let result = try trained.train(at: options.precision) { network in
      try options.train(network, task: task, context: context, supervision: supervision)
    }
    trained.record = TextTrainingRecord(
      options, trainingCount: corpus.count, validationCount: held?.count ?? 0, result)
    return TextTrainingResult(trained, result)
  }

  /// Streams that judge a part quickly and are still long beside what they read ahead.
  private static func validationStreams(_ corpus: TokenCorpus) -> Int {
    max(1, min(32, corpus.count / 2_000))
  }

  private func task(on batches: LanguageBatches) -> TrainingTask<LanguageNetwork, Int> {
    let shapes = network.encoder.zeroState(batch: batches.streamCount).map(\.shape)
    let configuration = LanguageStep.Configuration(
      architecture: architecture, tokenCount: tokenizer.count)
    return TrainingTask(
      configuration,
      batches: { _, _ in Array(batches.indices) },
      step: { index, _ in
        let batch = batches[index]
        return LanguageStep(layout: batch.layout, inputs: batch.inputs, targets: batch.targets)
      },
      accepts: { $0.map(\.shape) == shapes },
      weight: { index in Double(batches[index].targets.count) },
      sequenceName: { index, row, _ in "stream \(row + 1), chunk \(index + 1) of it" })
  }
}
