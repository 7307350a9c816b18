public import LembraLayers
public import LembraTensor
public import LembraTraining

/// How a model of texts is trained.
public struct TextTrainingOptions: Hashable, Codable, Sendable {
  public var optimizer: OptimizerName

  /// The learning rate that the schedule is a factor of.
  public var learningRate: Double

  /// How the learning rate changes, by thousandths of the training.
  public var schedule: LearningRateSchedule

  public var weightDecay: Double
  public var clipping: GradientClipping

  /// The most epochs that are trained.
  public var epochs: Int

  /// After how many minutes training ends, validations included; nil for never.
  ///
  /// Where the clock ends training, results differ from run to run.
  public var minutes: Double?

  /// The number of texts, sentences or streams of a step.
  public var batchSize: Int

  /// Over about how many of the last epochs the weights are averaged that are judged and kept; nil for
  /// those of the last step.
  public var averagedEpochs: Double?

  /// After how many epochs without a better validation score training stops; nil for never.
  ///
  /// The weights of the best epoch are kept whenever there is a validation part.
  public var patience: Int?

  /// Names every random number of the training: first weights, shuffling and dropout.
  public var seed: UInt64

  /// How much of what the layers of a classifier, a tagger or an encoder compute may be kept for the way
  /// back; nil for all of it.
  ///
  /// The results are the same.
  public var memory: MemoryBudget?

  /// Through how many steps of these layers gradients flow back at most; nil for all of them.
  public var truncation: Int?

  /// That of the products of these layers, or of a language model's, in training; nil for single
  /// precision.
  ///
  /// Epochs are judged at it, too; the model that comes of it runs at single precision.
  public var precision: Precision?

  public init(
    optimizer: OptimizerName = .adamw, learningRate: Double = 0.001,
    schedule: LearningRateSchedule = .constant, weightDecay: Double = 0.01,
    clipping: GradientClipping = GradientClipping(norm: 1), epochs: Int = 10,
    minutes: Double? = nil, batchSize: Int = 32, averagedEpochs: Double? = nil,
    patience: Int? = nil, seed: UInt64 = 0, memory: MemoryBudget? = nil, truncation: Int? = nil,
    precision: Precision? = nil
  ) {
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.schedule = schedule
    self.weightDecay = weightDecay
    self.clipping = clipping
    self.epochs = epochs
    self.minutes = minutes
    self.batchSize = batchSize
    self.averagedEpochs = averagedEpochs
    self.patience = patience
    self.seed = seed
    self.memory = memory
    self.truncation = truncation
    self.precision = precision
  }

  /// How recurrent layers are unrolled.
  public var unrolling: Unrolling { Unrolling(memory: memory, truncation: truncation) }

  /// Checks every number of the options.
  ///
  /// - Parameter hasValidation: whether there is a validation part.
  /// - Throws: `LembraError` with code `invalidOption` that names the first that cannot be used.
  public func validate(hasValidation: Bool) throws(LembraError) {
    try require(epochs >= 1, "\(epochs) epochs train nothing", "choose 1 or more", "epochs")
    try require(
      minutes.map { $0 > 0 && $0.isFinite } ?? true, "\(minutes ?? 0) minutes train nothing",
      "choose a number above 0", "minutes")
    try require(batchSize >= 1, "a batch of \(batchSize) is empty", "choose 1 or more", "batch")
    try require(
      averagedEpochs.map { $0 > 0 && $0.isFinite } ?? true,
      "an average over \(averagedEpochs ?? 0) epochs is none", "choose a number above 0",
      "averaged epochs")
    try require(
      patience.map { $0 >= 1 } ?? true, "a patience of \(patience ?? 0) epochs is none",
      "choose 1 or more", "patience")
    try require(
      patience == nil || hasValidation, "there is no validation part to be patient with",
      "hold back a validation part, such as 10%, or leave out the patience", "patience")
    try require(
      truncation.map { $0 >= 1 } ?? true, "gradients through \(truncation ?? 0) steps are none",
      "choose 1 or more", "truncation")
    try precision?.requireGradients()
    for (name, limit) in [("clip norm", clipping.norm), ("clip value", clipping.value)] {
      try require(
        limit.map { $0 > 0 && $0.isFinite } ?? true,
        "a limit of \(limit ?? 0) for gradients is none", "choose a finite number above 0", name)
    }
    // What reads the text of a schedule also judges its numbers.
    _ = try LearningRateSchedule(schedule.description)
    _ = try makeOptimizer()
  }

  func makeOptimizer() throws(LembraError) -> any Optimizer {
    try optimizer.optimizer(
      learningRate: learningRate, momentum: 0, weightDecay: weightDecay, usesNesterov: false)
  }

  /// How the loop is to run; `context` is what else the run depends on.
  func configuration(context: [String: String]) -> TrainingConfiguration {
    var own = ["batch size": "\(batchSize)"]
    own["truncation"] = truncation.map { "\($0)" }
    own["precision"] = precision?.rawValue
    return TrainingConfiguration(
      epochs: epochs, timeLimit: minutes.map { $0 * 60 }, seed: seed, schedule: schedule,
      scheduleUnit: .progress, clipping: clipping, averagedEpochs: averagedEpochs,
      earlyStopping: patience.map { EarlyStopping(patience: $0) },
      context: context.merging(own) { $1 })
  }
}

/// Throws an `invalidOption` error that names the option unless a condition holds.
func require(
  _ condition: Bool, _ message: @autoclosure () -> String, _ remedy: @autoclosure () -> String,
  _ name: String
) throws(LembraError) {
  guard condition else {
    throw LembraError(.invalidOption, message(), remedy: remedy(), at: .init(name: name))
  }
}
