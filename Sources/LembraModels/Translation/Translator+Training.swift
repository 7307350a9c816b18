public import LembraData
import LembraLayers
import LembraTensor
import LembraTraining

extension Translator {
  /// Trains a translator on pairs, the decoder reading the target so far: teacher forcing.
  ///
  /// - Parameters:
  ///   - training: what is learnt from.
  ///   - validation: what decides which epoch's weights are kept, by the chrF of greedy
  ///     translations; nil for none.
  ///   - tokenizers: what makes tokens of both languages.
  ///   - architecture: the layers.
  ///   - options: how it is trained.
  ///   - supervision: where the run is kept, and whom it tells.
  /// - Returns: the model with the best weights; with the last ones without a validation part.
  /// - Throws: `LembraError` when an option cannot be used, when a loss or gradient is not finite, or
  ///   when a checkpoint cannot be written or belongs to another run.
  public static func train(
    on training: ParallelTexts, validation: ParallelTexts? = nil,
    tokenizers: TranslatorTokenizers,
    architecture: TranslatorArchitecture = TranslatorArchitecture(),
    options: TranslatorTrainingOptions = TranslatorTrainingOptions(),
    supervision: TrainingSupervision = TrainingSupervision()
  ) throws -> TextTrainingResult<Translator> {
    try options.validate(hasValidation: validation != nil)
    for part in [training] + (validation.map { [$0] } ?? []) where part.count == 0 {
      throw LembraError(
        .invalidData, "there are no pairs to learn from or to choose by",
        remedy: "give at least one pair", at: .init(file: part.sourceFile))
    }
    var translator = try Translator(
      architecture, tokenizers: tokenizers, seed: options.training.seed)
    let pairs = EncodedPairs(training, tokenizers)
    let held = validation.map { EncodedPairs($0, tokenizers) }
    let context = [
      "architecture": "\(architecture)", "source tokens": tokenizers.source.summary,
      "target tokens": tokenizers.target.summary, "batch tokens": "\(options.batchTokens ?? 0)",
      "label smoothing": "\(options.labelSmoothing)",
      "scheduled sampling": "\(options.scheduledSampling)",
      "data": pairs.fingerprint, "validation data": held?.fingerprint ?? "none",
    ]
    let result = try options.training.train(
      translator.network,
      task: translator.task(
        on: pairs, lines: training.lines, held: validation, longest: held?.longestTarget ?? 0,
        options),
      context: context, supervision: supervision)
    translator.network = result.model
    translator.record = TextTrainingRecord(
      options.training, trainingCount: training.count, validationCount: validation?.count ?? 0,
      result)
    return TextTrainingResult(translator, result)
  }

  private func task(
    on pairs: EncodedPairs, lines: [Int], held: ParallelTexts?, longest: Int,
    _ options: TranslatorTrainingOptions
  ) -> TrainingTask<TranslationNetwork, ScheduledBatch> {
    let buckets = LengthBuckets(
      lengths: pairs.stepCounts,
      limit: options.batchTokens.map { .tokens($0) } ?? .sequences(options.training.batchSize))
    var task = TrainingTask<TranslationNetwork, ScheduledBatch>(
      TranslationStep.Configuration(
        architecture: architecture, sourceCount: tokenizers.source.count,
        targetCount: tokenizers.target.count),
      batches: { epoch, key in
        var generator = RandomGenerator(key)
        return buckets.shuffled(using: &generator).map { ScheduledBatch(epoch: epoch, indices: $0) }
      },
      step: { own, _ in
        TranslationStep(
          batch: pairs.batch(own.indices), samplingRate: options.samplingRate(epoch: own.epoch),
          labelSmoothing: options.labelSmoothing, unrolling: options.training.unrolling)
      },
      weight: { own in own.indices.reduce(0) { $0 + Double(pairs.targets[$1].count + 1) } },
      sequenceName: { own, row, _ in
        let index = own.indices[own.indices.startIndex + row]
        return "pair \(index + 1)" + (lines.isEmpty ? "" : ", line \(lines[index])")
      })
    if let held {
      task.validationScore = { network in
        var candidate = self
        candidate.network = network
        return try 1 - candidate.greedyChrF(held, longest: longest) / 100
      }
    }
    return task
  }
}

/// The pairs of a step, and its epoch, counted from 0.
private struct ScheduledBatch {
  let epoch: Int
  let indices: ArraySlice<Int>
}

extension TranslationNetwork {
  /// This network as a constant, through which no gradient flows.
  var detached: TranslationNetwork {
    var copy = self
    copy.updateParameters { _, parameter in parameter = parameter.detached }
    return copy
  }

  /// What the decoder reads, where some tokens are those that it would have written itself.
  func mixed(_ batch: TranslationBatch, rate: Float, key: RandomKey) -> [[Int]] {
    let sources = read(batch.sources)
    let layout = batch.layout
    let stepper = decoder.stepper(reading: sources.memory)
    let logits = repeatedLogits
    var state = firstState(sources, order: layout.order)
    var inputs = batch.inputs
    var generator = RandomGenerator(key)
    var own: [Int] = []
    for step in 0..<layout.stepCount {
      let rows = 0..<layout.activeCounts[step]
      if step > 0 {
        state = state.prefix(rows.count, of: stepper.memory)
        for row in rows where Float.random(in: 0..<1, using: &generator) < rate {
          inputs[layout.order[row]][step] = own[row]
        }
      }
      let tokens = rows.map { inputs[layout.order[$0]][step] }
      let result = stepper(stepper.read(target(tokens)), state)
      state = result.state
      own = logits(result.output).argmax()
    }
    return inputs
  }
}
