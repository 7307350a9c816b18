public import LembraLayers
import LembraTensor

/// Trains a model, epoch by epoch.
///
///     var loop = TrainingLoop(model, optimizer: Adam(), task: task, configuration: .init(epochs: 50))
///     let result = try loop.run(checkpoint: Checkpointing(path: "run.checkpoint"))
///
/// The same model, optimizer, task and configuration give the same bits, however often the run is
/// interrupted and resumed, unless a time limit lets the clock decide.
public struct TrainingLoop<M: Module, O: Optimizer, Batch> {
  /// The model with the weights of the last good step.
  public internal(set) var model: M
  public internal(set) var optimizer: O
  public let configuration: TrainingConfiguration
  let task: TrainingTask<M, Batch>

  /// The learning rate that schedules begin with.
  let learningRate: Double

  /// The model with the averaged weights, after the first step.
  var average: M?

  /// The model after the epoch with the best validation score.
  var best: M?
  var progress = TrainingProgress()

  /// What the last step handed on to the next; empty between epochs.
  var carried: [Tensor] = []

  /// What looks into the steps; usually nothing.
  var examiner: StepExaminer<M, Batch>?

  /// - Parameters:
  ///   - model: the model as it is before training.
  ///   - optimizer: the optimizer, whose learning rate the schedule begins with.
  ///   - task: what is to be learned.
  ///   - configuration: how it is to be learned.
  /// - Precondition: early stopping comes with a validation score.
  public init(
    _ model: M, optimizer: O, task: TrainingTask<M, Batch>, configuration: TrainingConfiguration
  ) {
    precondition(
      configuration.earlyStopping == nil || task.validationScore != nil,
      "TrainingLoop: early stopping needs a validation score")
    self.model = model
    self.optimizer = optimizer
    self.task = task
    self.configuration = configuration
    learningRate = optimizer.learningRate
  }

  /// What was recorded of each epoch so far.
  public var history: [EpochRecord] { progress.history }

  /// Whether nothing is left to do.
  public var isFinished: Bool {
    // An epoch that the time limit has cut short is judged first, also after a resumption.
    progress.hasStoppedEarly || progress.epoch >= configuration.epochs
      || (isOutOfTime && progress.step == 0)
  }

  private var isOutOfTime: Bool {
    configuration.timeLimit.map { progress.seconds >= $0 } ?? false
  }

  /// Trains until the last epoch is done, the time is up, early stopping strikes or `shouldStop` says
  /// so.
  ///
  /// It can be called again to go on after an interruption.
  ///
  /// - Parameters:
  ///   - checkpoint: where and how often to save what ``resume(from:)`` reads.
  ///   - observer: whom to tell of each step and epoch.
  ///   - shouldStop: asked after every step; a look at a flag is meant.
  /// - Returns: the model, and how training went.
  /// - Throws: `LembraError` with code `notFinite` when a loss, a gradient, a validation score or a
  ///   weight is infinite or not a number, before the step is applied and before a checkpoint is
  ///   written over the last good one; `fileSystem` when a checkpoint cannot be written; `invalidData`
  ///   when an epoch has no batches; and what the task throws.
  public mutating func run(
    checkpoint: Checkpointing? = nil, observer: TrainingObserver = TrainingObserver(),
    shouldStop: () -> Bool = { false }
  ) throws -> TrainingResult<M> {
    let start = ContinuousClock.now
    while !isFinished {
      let isInterrupted = try !runEpoch(observer, since: start, shouldStop)
      if let checkpoint,
        isInterrupted || checkpoint.isDue(afterEpoch: progress.epoch, isLast: isFinished)
      {
        try saveCheckpoint(to: checkpoint.path)
      }
      if isInterrupted { return result(.interrupted) }
    }
    let hasAllEpochs = progress.epoch >= configuration.epochs
    return result(
      progress.hasStoppedEarly ? .stoppedEarly : hasAllEpochs ? .finished : .outOfTime)
  }

  private func result(_ outcome: TrainingOutcome) -> TrainingResult<M> {
    TrainingResult(
      model: configuration.restoresBest ? best ?? judged : judged, outcome: outcome,
      history: history, seconds: progress.seconds, diagnosis: examiner?.diagnosis)
  }

  /// Runs what is left of the current epoch; returns whether it came to the end.
  private mutating func runEpoch(
    _ observer: TrainingObserver, since start: ContinuousClock.Instant, _ shouldStop: () -> Bool
  ) throws -> Bool {
    let begin = ContinuousClock.now
    let before = progress.sums.seconds
    let key = RandomKey(seed: configuration.seed)
    let batches = try task.batches(
      progress.epoch, key.folding("batches").folding(progress.epoch))
    guard !batches.isEmpty else {
      throw LembraError(
        .invalidData, "epoch \(progress.epoch + 1) has no batches",
        remedy: "give more data, or make batches and windows smaller")
    }
    let stepKey = key.folding("steps").folding(progress.epoch)
    while progress.step < batches.count, !isOutOfTime {
      let report = try step(
        on: batches[progress.step], of: batches.count, key: stepKey.folding(progress.step),
        since: start)
      progress.sums.seconds = before + begin.elapsedSeconds
      observer.stepEnded(report)
      examiner?.takeWarnings().forEach(observer.warned)
      if shouldStop() { return false }
    }
    let score: Double?
    do { score = try validate() } catch let error as LembraError { throw try examined(error) }
    examiner?.endEpoch(progress.epoch + 1)
    progress.sums.seconds = before + begin.elapsedSeconds
    observer.epochEnded(endEpoch(score: score))
    return true
  }

  private mutating func step(
    on batch: Batch, of count: Int, key: RandomKey, since start: ContinuousClock.Instant
  ) throws -> StepReport {
    let rate = learningRate * scheduleFactor(stepCount: count)
    examiner?.begin(
      KeptStep(
        batch: batch, key: key, carried: carried, step: progress.step + 1,
        epoch: progress.epoch + 1))
    let (loss, gradients) = try valueAndGradients(of: model) {
      try task.loss($0, batch, key, &carried)
    }
    carried = carried.map(\.detached)
    let norm = gradients.norm
    if examiner != nil { try examine(loss: loss, norm: norm) }
    try gradients.check(
      loss: loss, norm: norm, of: model, step: progress.step + 1, epoch: progress.epoch + 1)
    optimizer.learningRate = rate
    optimizer.update(
      &model, along: gradients, scaling: configuration.clipping.scaling(forNorm: norm))
    progress.sums.add(
      loss: loss, weight: task.weight(batch), norm: norm, learningRate: rate)
    updateAverage(stepCount: count)
    progress.step += 1
    progress.totalSteps += 1
    return StepReport(
      epoch: progress.epoch + 1, epochCount: configuration.epochs, step: progress.step,
      stepCount: count, fraction: fraction(stepCount: count),
      isTimed: configuration.timeLimit != nil, loss: loss, learningRate: rate,
      gradientNorm: norm, elapsed: ContinuousClock.now - start)
  }

  /// The share of the training that is done after a step.
  private func fraction(stepCount: Int) -> Double {
    let epochs = Double(progress.epoch) + Double(progress.step) / Double(stepCount)
    let ofEpochs = epochs / Double(max(configuration.epochs, 1))
    let ofTime = configuration.timeLimit.map { progress.seconds / $0 } ?? 0
    return min(1, max(ofEpochs, ofTime))
  }

  private func scheduleFactor(stepCount: Int) -> Double {
    let position: Int
    let total: Int
    switch configuration.scheduleUnit {
    case .epoch: (position, total) = (progress.epoch, configuration.epochs)
    case .step:
      let (product, overflows) = configuration.epochs.multipliedReportingOverflow(by: stepCount)
      (position, total) = (progress.totalSteps, overflows ? Int.max : product)
    case .progress: (position, total) = (Int(1_000 * fraction(stepCount: stepCount)), 1_000)
    }
    return configuration.schedule.factor(
      at: position, of: total, plateau: progress.plateau.factor)
  }

  /// The validation score of the model at the end of an epoch.
  private func validate() throws -> Double? {
    let epoch = progress.epoch + 1
    let remedy = "lower the learning rate, or clip the gradients"
    for (name, value) in model.parameters where !value.sumOfSquares.isFinite {
      throw LembraError(
        .notFinite, "a weight is infinite or not a number after epoch \(epoch)", remedy: remedy,
        at: .init(name: name))
    }
    guard let score = try task.validationScore?(judged) else { return nil }
    guard score.isFinite else {
      throw LembraError(
        .notFinite, "the validation score after epoch \(epoch) is \(score)",
        remedy: remedy + ", or look for extreme values in the data")
    }
    return score
  }

  private mutating func endEpoch(score: Double?) -> EpochRecord {
    let isBest = score.map {
      progress.observe(validationScore: $0, configuration.earlyStopping)
    }
    if isBest == true { best = judged }
    let sums = progress.sums
    progress.plateau.observe(score ?? sums.meanLoss, under: configuration.schedule)
    let record = EpochRecord(
      epoch: progress.epoch + 1, trainingLoss: sums.meanLoss, validationScore: score,
      isBest: isBest ?? false, learningRate: sums.learningRate,
      largestGradientNorm: sums.largestNorm, seconds: sums.seconds)
    progress.endEpoch(record)
    carried = []
    return record
  }
}

extension ContinuousClock.Instant {
  fileprivate var elapsedSeconds: Double {
    (ContinuousClock.now - self) / .seconds(1)
  }
}
