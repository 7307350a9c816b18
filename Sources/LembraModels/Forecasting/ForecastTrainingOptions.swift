public import LembraLayers
import LembraTensor
public import LembraTraining

/// How a forecaster is trained.
public struct ForecastTrainingOptions: Hashable, Codable, Sendable {
  /// What training makes small, a mean over all steps and targets, of scaled values.
  public enum Loss: String, CaseIterable, Hashable, Codable, Sendable {
    /// The squared error.
    case mse
    /// The absolute error, which heeds outliers less.
    case mae
    /// Huber's loss with a threshold of 1 in scaled units, which is one standard deviation under
    /// standard scaling: half the squared error up to it, linear beyond.
    case huber

    func callAsFunction(_ forecast: Tensor, _ truth: Tensor) -> Tensor {
      switch self {
      case .mse: forecast.meanSquaredError(to: truth)
      case .mae: forecast.meanAbsoluteError(to: truth)
      case .huber: forecast.huberLoss(to: truth)
      }
    }
  }

  public var loss: Loss
  public var optimizer: OptimizerName

  /// The first learning rate.
  public var learningRate: Double

  /// How the learning rate changes from epoch to epoch.
  public var schedule: LearningRateSchedule

  public var weightDecay: Double

  /// The momentum of `sgd` and `rmsprop`.
  public var momentum: Double

  /// Whether the momentum of `sgd` takes Nesterov's form.
  public var usesNesterov: Bool

  public var clipping: GradientClipping

  /// The most epochs that are trained.
  public var epochs: Int

  /// The number of windows of a step.
  public var batchSize: Int

  /// After how many epochs without a better validation score training stops; nil for never.
  ///
  /// The weights of the best epoch are kept whenever there is a validation part.
  public var patience: Int?

  /// Names every random number of the training: first weights, shuffling and dropout.
  public var seed: UInt64

  /// How much of what recurrent layers compute may be kept for the way back; nil for all of it.
  ///
  /// The results are the same.
  public var memory: MemoryBudget?

  /// Through how many steps gradients flow back at most; nil for all of them.
  public var truncation: Int?

  /// That of the products of recurrent layers in training; nil for single precision.
  ///
  /// Epochs are judged at it, too; the model that comes of it runs at single precision.
  public var precision: Precision?

  public init(
    loss: Loss = .mse, optimizer: OptimizerName = .adam, learningRate: Double = 0.01,
    schedule: LearningRateSchedule = .constant, weightDecay: Double = 0, momentum: Double = 0,
    usesNesterov: Bool = false, clipping: GradientClipping = .none, epochs: Int = 200,
    batchSize: Int = 32,
    patience: Int? = nil, seed: UInt64 = 0, memory: MemoryBudget? = nil, truncation: Int? = nil,
    precision: Precision? = nil
  ) {
    self.loss = loss
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.schedule = schedule
    self.weightDecay = weightDecay
    self.momentum = momentum
    self.usesNesterov = usesNesterov
    self.clipping = clipping
    self.epochs = epochs
    self.batchSize = batchSize
    self.patience = patience
    self.seed = seed
    self.memory = memory
    self.truncation = truncation
    self.precision = precision
  }

  /// How recurrent layers are unrolled.
  public var unrolling: Unrolling { Unrolling(memory: memory, truncation: truncation) }

  /// The optimizer that these options describe.
  ///
  /// - Throws: `LembraError` when a number is out of range or means nothing to the optimizer.
  func makeOptimizer() throws(LembraError) -> any Optimizer {
    try optimizer.optimizer(
      learningRate: learningRate, momentum: momentum, weightDecay: weightDecay,
      usesNesterov: usesNesterov)
  }
}
