import LembraLayers
import LembraTensor
public import LembraTraining

/// Where a training is kept, whom it tells of its progress, and what stops it.
public struct TrainingSupervision {
  /// Where and how often the run is kept; nowhere when nil.
  public var checkpoint: Checkpointing?

  /// Whether to go on from what ``checkpoint`` has kept.
  public var resumes: Bool

  /// How steps are looked into; not at all when nil.
  public var diagnosis: DiagnosisOptions?

  public var observer: TrainingObserver

  /// Asked after every step.
  public var shouldStop: () -> Bool

  public init(
    checkpoint: Checkpointing? = nil, resumes: Bool = false, diagnosis: DiagnosisOptions? = nil,
    observer: TrainingObserver = TrainingObserver(), shouldStop: @escaping () -> Bool = { false }
  ) {
    self.checkpoint = checkpoint
    self.resumes = resumes
    self.diagnosis = diagnosis
    self.observer = observer
    self.shouldStop = shouldStop
  }
}

/// How a model of texts came to be, which is kept in its file.
public struct TextTrainingRecord: Hashable, Codable, Sendable {
  public let options: TextTrainingOptions

  /// What was learnt from: the number of texts, sentences or tokens.
  public let trainingCount: Int

  /// The number of those that decided which weights to keep.
  public let validationCount: Int

  /// The number of epochs that were run, the last of them perhaps not to its end.
  public let epochs: Int

  /// The epoch whose weights were kept, counted from 1.
  public let keptEpoch: Int

  /// The training loss of that epoch.
  public let trainingLoss: Double?

  /// The validation score of that epoch, less being better, if there was a validation part.
  public let validationScore: Double?

  /// The time that all steps and validations took.
  public let seconds: Double

  public let outcome: TrainingOutcome

  init(
    _ options: TextTrainingOptions, trainingCount: Int, validationCount: Int,
    _ result: TrainingResult<some Module>
  ) {
    let kept = result.best ?? result.history.last
    self.options = options
    self.trainingCount = trainingCount
    self.validationCount = validationCount
    epochs = result.history.count
    keptEpoch = kept?.epoch ?? 0
    trainingLoss = kept?.trainingLoss
    validationScore = kept?.validationScore
    seconds = result.seconds
    outcome = result.outcome
  }
}

/// What came of training a model of texts.
public struct TextTrainingResult<Model: Sendable>: Sendable {
  public let model: Model
  public let outcome: TrainingOutcome

  /// What was recorded of each epoch.
  public let history: [EpochRecord]

  /// The time that all steps and validations took.
  public let seconds: Double

  /// What was seen in the steps; nil unless they were looked into.
  public let diagnosis: TrainingDiagnosis?

  init(_ model: Model, _ result: TrainingResult<some Module>) {
    self.model = model
    outcome = result.outcome
    history = result.history
    seconds = result.seconds
    diagnosis = result.diagnosis
  }
}

extension TextTrainingOptions {
  /// Trains a network as these options say.
  func train<M: Module, Batch>(
    _ model: M, task: TrainingTask<M, Batch>, context: [String: String],
    supervision: TrainingSupervision
  ) throws -> TrainingResult<M> {
    func run(_ optimizer: some Optimizer) throws -> TrainingResult<M> {
      var loop = TrainingLoop(
        model, optimizer: optimizer, task: task, configuration: configuration(context: context))
      loop.diagnosis = supervision.diagnosis
      if let checkpoint = supervision.checkpoint, supervision.resumes {
        try loop.resume(from: checkpoint.path)
      }
      return try loop.run(
        checkpoint: supervision.checkpoint, observer: supervision.observer,
        shouldStop: supervision.shouldStop)
    }
    return try run(makeOptimizer())
  }
}
