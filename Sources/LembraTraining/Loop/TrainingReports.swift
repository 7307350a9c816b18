public import LembraLayers

/// What there is to tell after a step.
public struct StepReport: Sendable {
  /// The epoch, counted from 1.
  public let epoch: Int
  public let epochCount: Int

  /// The step within the epoch, counted from 1.
  public let step: Int
  public let stepCount: Int

  /// The share of the whole training that is done, by epochs or by the time limit, whichever is more.
  public let fraction: Double

  /// Whether a time limit is what will end training.
  public let isTimed: Bool

  public let loss: Float
  public let learningRate: Double

  /// The norm of the gradient before clipping.
  public let gradientNorm: Double

  /// The time since the loop was run or resumed.
  public let elapsed: Duration
}

/// What there is to tell after an epoch.
public struct EpochRecord: Hashable, Codable, Sendable {
  /// The epoch, counted from 1.
  public let epoch: Int

  /// The mean loss of its batches, each of them before its step.
  public let trainingLoss: Double

  /// The validation score after the epoch, if there is a validation.
  public let validationScore: Double?

  /// Whether the validation score is the best so far.
  public let isBest: Bool

  /// The learning rate of the last step.
  public let learningRate: Double

  /// The largest norm of a gradient, before clipping.
  public let largestGradientNorm: Double

  /// The time that the epoch took, validation included.
  public let seconds: Double
}

/// Whom a training loop tells of its progress.
public struct TrainingObserver {
  public var stepEnded: (StepReport) -> Void
  public var epochEnded: (EpochRecord) -> Void

  /// Told of what looks wrong where training is looked into; see ``DiagnosisOptions``.
  public var warned: (String) -> Void

  public init(
    stepEnded: @escaping (StepReport) -> Void = { _ in },
    epochEnded: @escaping (EpochRecord) -> Void = { _ in },
    warned: @escaping (String) -> Void = { _ in }
  ) {
    self.stepEnded = stepEnded
    self.epochEnded = epochEnded
    self.warned = warned
  }
}

/// Why training ended.
public enum TrainingOutcome: String, Codable, Sendable {
  /// All epochs were run.
  case finished
  /// The validation score had not become better for a while.
  case stoppedEarly
  /// The time limit was reached.
  case outOfTime
  /// It was asked to stop.
  case interrupted
}

/// What came of training.
public struct TrainingResult<M: Module>: Sendable {
  /// The model with the best weights, or the last ones when no best are kept.
  public let model: M
  public let outcome: TrainingOutcome
  public let history: [EpochRecord]

  /// The record of the epoch with the best validation score.
  public var best: EpochRecord? { history.last(where: \.isBest) }

  /// The time that all steps and validations took, those before a resumption included.
  public let seconds: Double

  /// What was seen in its steps; nil unless they were looked into.
  public let diagnosis: TrainingDiagnosis?
}
