import LembraData
import LembraLayers
import LembraTensor
public import LembraTraining

extension Forecaster {
  /// Trains a forecaster.
  ///
  /// - Parameters:
  ///   - data: the series; its training part is learnt from, its validation part, if there is one,
  ///     decides which epoch's weights are kept and when to stop, and its test part is not looked at.
  ///   - options: how it is trained.
  ///   - checkpoint: where and how often the run is kept; nowhere when nil.
  ///   - resumes: whether to go on from what `checkpoint` has kept.
  ///   - diagnosis: how steps are looked into; not at all when nil.
  ///   - observer: whom to tell of each step and epoch.
  ///   - shouldStop: asked after every step.
  /// - Returns: the forecaster with the best weights; with the last ones without a validation part.
  /// - Throws: `LembraError` when an option cannot be used or takes more memory than there is, when
  ///   a loss or gradient is not finite (which names the parameter, the step and the epoch), or when
  ///   a checkpoint cannot be written or belongs to another run.
  public static func train(
    on data: ForecastData, options: ForecastTrainingOptions = ForecastTrainingOptions(),
    checkpoint: Checkpointing? = nil, resumes: Bool = false, diagnosis: DiagnosisOptions? = nil,
    observer: TrainingObserver = TrainingObserver(), shouldStop: () -> Bool = { false }
  ) throws -> ForecastTrainingResult {
    try data.configuration.validate()
    try options.validate(hasValidation: !data.split.validation.isEmpty)
    try options.precision?.requireTraining(of: data.configuration.architecture.variant)
    try data.configuration.requireMemory(
      batchSize: options.batchSize, budget: options.memory)
    let forecaster = Forecaster(
      configuration: data.configuration, scaler: data.scaler, seed: options.seed)
    return try forecaster.trained(
      by: options.makeOptimizer(), on: data, options: options, checkpoint: checkpoint,
      resumes: resumes, diagnosis: diagnosis, observer: observer, shouldStop: shouldStop)
  }

  private func trained(
    by optimizer: some Optimizer, on data: ForecastData, options: ForecastTrainingOptions,
    checkpoint: Checkpointing?, resumes: Bool, diagnosis: DiagnosisOptions?,
    observer: TrainingObserver, shouldStop: () -> Bool
  ) throws -> ForecastTrainingResult {
    var context = Dictionary(
      (configuration.settings + configuration.architecture.settings).map { ($0.name, $0.value) }
    ) { first, _ in first }
    context["loss"] = options.loss.rawValue
    context["batch size"] = "\(options.batchSize)"
    context["truncation"] = options.truncation.map { "\($0)" }
    context["precision"] = options.precision?.rawValue
    context["data"] = data.fingerprint
    var forecaster = self
    let result = try forecaster.train(at: options.precision) { network in
      var loop = TrainingLoop(
        network, optimizer: optimizer, task: trainingTask(on: data, options: options),
        configuration: TrainingConfiguration(
          epochs: options.epochs, seed: options.seed, schedule: options.schedule,
          clipping: options.clipping,
          earlyStopping: options.patience.map { EarlyStopping(patience: $0) }, context: context))
      loop.diagnosis = diagnosis
      if let checkpoint, resumes { try loop.resume(from: checkpoint.path) }
      return try loop.run(checkpoint: checkpoint, observer: observer, shouldStop: shouldStop)
    }
    forecaster.record = ForecastTrainingRecord(data, options, result)
    return ForecastTrainingResult(
      forecaster: forecaster, options: options, outcome: result.outcome,
      history: result.history, seconds: result.seconds, diagnosis: result.diagnosis)
  }

  private func trainingTask(
    on data: ForecastData, options: ForecastTrainingOptions
  ) -> TrainingTask<ForecastNetwork, ArraySlice<Int>> {
    let windows = data.windows(
      data.split.training, horizon: configuration.stepsPerForecast, context: .withinPart)
    let sampler = BatchSampler(count: windows.count, batchSize: options.batchSize)
    let order = network.inputOrder
    var task = TrainingTask<ForecastNetwork, ArraySlice<Int>>(
      configuration,
      batches: { _, key in
        var generator = RandomGenerator(key)
        return sampler.shuffled(using: &generator)
      },
      step: { positions, _ in
        ForecastStep(
          inputs: CodedTensor(windows.inputTensor(of: positions, order: order)),
          targets: CodedTensor(windows.targetTensor(of: positions)), measure: options.loss,
          unrolling: options.unrolling)
      },
      weight: { Double($0.count) },
      sequenceName: { positions, row, _ in
        let position = positions[positions.startIndex + row]
        let rows = windows[position].inputRows
        return "window \(position + 1), rows \(rows.lowerBound + 1) to \(rows.upperBound)"
      })
    if !data.split.validation.isEmpty {
      task.validationScore = validationScore(on: data, options: options)
    }
    return task
  }

  /// The loss, in scaled units, of all forecasts of the validation part.
  private func validationScore(
    on data: ForecastData, options: ForecastTrainingOptions
  ) -> (ForecastNetwork) -> Double {
    let windows = data.windows(
      data.split.validation, horizon: configuration.horizon, context: data.split.context)
    let truth = windows.targetTensor(of: windows.indices)
    return { network in
      var candidate = self
      candidate.network = network
      let forecasts = Tensor(candidate.scaledForecasts(of: windows), shape: truth.shape)
      return Double(options.loss(forecasts, truth).scalar)
    }
  }
}
