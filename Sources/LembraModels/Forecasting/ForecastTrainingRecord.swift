public import LembraData
public import LembraTraining

/// What came of training a forecaster.
public struct ForecastTrainingResult: Sendable {
  public let forecaster: Forecaster

  /// How it was trained.
  public let options: ForecastTrainingOptions
  public let outcome: TrainingOutcome

  /// What was recorded of each epoch.
  public let history: [EpochRecord]

  /// The time that all steps and validations took.
  public let seconds: Double

  /// What was seen in the steps; nil unless they were looked into.
  public let diagnosis: TrainingDiagnosis?
}

/// How a forecaster came to be, which is kept in its file.
public struct ForecastTrainingRecord: Hashable, Codable, Sendable {
  public let options: ForecastTrainingOptions

  /// The number of rows that were learnt from.
  public let trainingRows: Int

  /// The number of rows that decided which weights to keep.
  public let validationRows: Int

  /// The number of rows, the last of the series, that training did not look at.
  public let testRows: Int

  /// What was done about missing values.
  public let missingValues: MissingValuePolicy

  /// The number of epochs that were run.
  public let epochs: Int

  /// The epoch whose weights were kept, counted from 1.
  public let keptEpoch: Int

  /// The training loss of that epoch, in scaled units.
  public let trainingLoss: Double?

  /// The validation score of that epoch, in scaled units, if there was a validation part.
  public let validationScore: Double?

  public let outcome: TrainingOutcome

  init(
    _ data: ForecastData, _ options: ForecastTrainingOptions,
    _ result: TrainingResult<ForecastNetwork>
  ) {
    let kept = result.best ?? result.history.last
    self.options = options
    trainingRows = data.split.training.count
    validationRows = data.split.validation.count
    testRows = data.split.test.count
    missingValues = data.series.missingValues.policy
    epochs = result.history.count
    keptEpoch = kept?.epoch ?? 0
    trainingLoss = kept?.trainingLoss
    validationScore = kept?.validationScore
    outcome = result.outcome
  }
}
