import LembraTensor

/// How a model is trained, but for the model, its optimizer and its data.
public struct TrainingConfiguration: Hashable, Codable, Sendable {
  /// The most epochs, each of them a pass over all batches.
  public var epochs: Int

  /// After how many seconds of training, validations included, the last epoch ends early; nil for
  /// never.
  ///
  /// Where a clock ends training, results differ from run to run.
  public var timeLimit: Double?

  /// What every random number of the run comes from.
  public var seed: UInt64

  public var schedule: LearningRateSchedule

  /// What the positions of ``schedule`` count.
  public var scheduleUnit: ScheduleUnit

  public var clipping: GradientClipping

  /// Over about how many of the last epochs the weights are averaged that are judged and kept; nil for
  /// those of the last step.
  ///
  /// After each step the average `a` of the weights `w` becomes `a + (1 − d)(w − a)`, with
  /// `d = exp(−1 / n)` for the n steps of that many epochs, and before there are n of them with the
  /// mean of all (Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992).
  public var averagedEpochs: Double?

  /// When to stop before ``epochs``; it needs a validation score.
  public var earlyStopping: EarlyStopping?

  /// Whether the result has the weights of the epoch with the best validation score, if there is a
  /// validation, instead of those of the last epoch.
  public var restoresBest: Bool

  /// What else the run depends on, by name, such as the batch size and a digest of the data.
  ///
  /// It is kept in checkpoints, and a run can only be resumed with the same.
  public var context: [String: String]

  /// - Precondition: `epochs ≥ 0`, and the time limit and the averaged epochs are above 0.
  public init(
    epochs: Int, timeLimit: Double? = nil, seed: UInt64 = 0,
    schedule: LearningRateSchedule = .constant, scheduleUnit: ScheduleUnit = .epoch,
    clipping: GradientClipping = .none, averagedEpochs: Double? = nil,
    earlyStopping: EarlyStopping? = nil, restoresBest: Bool = true,
    context: [String: String] = [:]
  ) {
    precondition(epochs >= 0, "TrainingConfiguration: \(epochs) epochs")
    precondition(
      timeLimit.map { $0 > 0 } ?? true, "TrainingConfiguration: a time limit of \(timeLimit ?? 0) s"
    )
    precondition(
      averagedEpochs.map { $0 > 0 } ?? true,
      "TrainingConfiguration: an average over \(averagedEpochs ?? 0) epochs")
    self.epochs = epochs
    self.timeLimit = timeLimit
    self.seed = seed
    self.schedule = schedule
    self.scheduleUnit = scheduleUnit
    self.clipping = clipping
    self.averagedEpochs = averagedEpochs
    self.earlyStopping = earlyStopping
    self.restoresBest = restoresBest
    self.context = context
  }

  /// Everything that decides the bits of the result, as texts by name.
  func settings(optimizer: some Optimizer, learningRate: Double) -> [String: String] {
    func text<T>(_ value: T?) -> String { value.map { "\($0)" } ?? "none" }
    var own = [
      "optimizer": optimizer.summary,
      "learning rate": "\(learningRate)",
      "epochs": "\(epochs)",
      "seed": "\(seed)",
      "schedule": "\(schedule)",
      "schedule unit": scheduleUnit.rawValue,
      "clipping by norm": text(clipping.norm),
      "clipping by value": text(clipping.value),
      "early stopping patience": text(earlyStopping?.patience),
      "early stopping delta": text(earlyStopping?.minimumDelta),
      "best weights restored": "\(restoresBest)",
    ]
    if let timeLimit { own["time limit"] = "\(timeLimit) s" }
    if let averagedEpochs { own["averaged epochs"] = "\(averagedEpochs)" }
    return own.merging(context) { own, _ in own }
  }
}

/// Stopping when the validation score has not become better for a while.
public struct EarlyStopping: Hashable, Codable, Sendable {
  /// The number of epochs in a row without a better score after which training stops.
  public var patience: Int

  /// How much less than the best so far a score must be to count as better.
  public var minimumDelta: Double

  /// - Precondition: `patience ≥ 1` and `minimumDelta ≥ 0`.
  public init(patience: Int, minimumDelta: Double = 0) {
    precondition(
      patience >= 1 && minimumDelta >= 0,
      "EarlyStopping: patience \(patience), minimum delta \(minimumDelta)")
    self.patience = patience
    self.minimumDelta = minimumDelta
  }
}
