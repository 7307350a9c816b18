import LembraData
import LembraLayers
import LembraTensor
public import LembraTraining

extension Forecaster {
  /// Where a training run is kept, so that it can be taken up again.
  public struct Checkpoint: Hashable, Sendable {
    public var path: String

    /// Whether to go on from what is at `path`.
    public var resumes: Bool

    /// The number of epochs from one checkpoint to the next; one is also written at the end, and
    /// when training is interrupted.
    public var everyEpochs: Int

    /// - Precondition: `everyEpochs` is at least 1.
    public init(path: String, resumes: Bool = false, everyEpochs: Int = 1) {
      precondition(everyEpochs >= 1, "Checkpoint: every \(everyEpochs) epochs")
      self.path = path
      self.resumes = resumes
      self.everyEpochs = everyEpochs
    }
  }

  /// Trains a forecaster.
  ///
  /// - Parameters:
  ///   - data: the series; its training part is learnt from, its validation part, if there is one,
  ///     decides which epoch's weights are kept and when to stop, and its test part is not looked at.
  ///   - configuration: what the forecaster reads and says, as `data` was made with.
  ///   - options: how it is trained.
  ///   - checkpoint: where the run is kept; nowhere when nil.
  ///   - observer: whom to tell of each step and epoch.
  ///   - shouldStop: asked after every step.
  /// - Returns: the forecaster with the best weights; with the last ones without a validation part.
  /// - Throws: `LembraError` when an option cannot be used, when a loss or gradient is not finite
  ///   (which names the parameter, the step and the epoch), or when a checkpoint cannot be written
  ///   or belongs to another run.
  public static func train(
    on data: ForecastData, configuration: ForecasterConfiguration,
    options: ForecastTrainingOptions, checkpoint: Checkpoint? = nil,
    observer: TrainingObserver = TrainingObserver(), shouldStop: () -> Bool = { false }
  ) throws -> ForecastTrainingResult {
    try configuration.validate()
    try options.validate(hasValidation: !data.split.validation.isEmpty)
    let forecaster = Forecaster(
      configuration: configuration, scaler: data.scaler, seed: options.seed)
    let optimizer = try options.optimizer.optimizer(
      learningRate: options.learningRate, momentum: options.momentum,
      weightDecay: options.weightDecay)
    return try forecaster.trained(
      by: optimizer, on: data, options: options, checkpoint: checkpoint, observer: observer,
      shouldStop: shouldStop)
  }

  private func trained(
    by optimizer: some Optimizer, on data: ForecastData, options: ForecastTrainingOptions,
    checkpoint: Checkpoint?, observer: TrainingObserver, shouldStop: () -> Bool
  ) throws -> ForecastTrainingResult {
    var loop = TrainingLoop(
      network, optimizer: optimizer, task: trainingTask(on: data, options: options),
      configuration: TrainingConfiguration(
        epochs: options.epochs, seed: options.seed, schedule: options.schedule,
        clipping: options.clipping,
        earlyStopping: options.patience.map { EarlyStopping(patience: $0) },
        context: [
          "loss": options.loss.rawValue, "batch size": "\(options.batchSize)",
          "model": "\(configuration)", "data": data.fingerprint,
        ]))
    if let checkpoint, checkpoint.resumes { try loop.resume(from: checkpoint.path) }
    let result = try loop.run(
      checkpoint: checkpoint.map {
        Checkpointing(path: $0.path, everyEpochs: $0.everyEpochs)
      }, observer: observer, shouldStop: shouldStop)
    var forecaster = self
    forecaster.network = result.model
    forecaster.record = ForecastTrainingRecord(data, options, result)
    return ForecastTrainingResult(
      forecaster: forecaster, outcome: result.outcome, history: result.history,
      seconds: result.seconds)
  }

  private func trainingTask(
    on data: ForecastData, options: ForecastTrainingOptions
  ) -> TrainingTask<ForecastNetwork, ArraySlice<Int>> {
    let windows = data.windows(
      data.split.training, window: configuration.window,
      horizon: configuration.stepsPerForecast, context: .withinPart)
    let sampler = BatchSampler(count: windows.count, batchSize: options.batchSize)
    let order = network.inputOrder
    var task = TrainingTask<ForecastNetwork, ArraySlice<Int>>(
      batches: { _, key in
        var generator = RandomGenerator(key)
        return sampler.shuffled(using: &generator)
      },
      loss: { network, positions, key in
        let forecast = network(
          windows.inputTensor(of: positions, order: order), count: positions.count,
          dropoutKey: key)
        return options.loss(forecast, windows.targetTensor(of: positions))
      },
      weight: { Double($0.count) })
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
      data.split.validation, window: configuration.window, horizon: configuration.horizon,
      context: data.split.context)
    let truth = windows.targetTensor(of: windows.indices)
    return { network in
      var candidate = self
      candidate.network = network
      let forecasts = Tensor(candidate.scaledForecasts(of: windows), shape: truth.shape)
      return Double(options.loss(forecasts, truth).scalar)
    }
  }
}

extension ForecastData {
  /// A number that changes with every value of the series, and with where it is split (FNV-1a).
  fileprivate var fingerprint: String {
    let parts = [split.training, split.validation, split.test].map { UInt64($0.upperBound) }
    let hash = (parts + series.values.map(\.bitPattern))
      .reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ $1) &* 0x100_0000_01b3 }
    return String(hash, radix: 16)
  }
}
