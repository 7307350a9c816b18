import LembraLayers
import LembraTensor

/// How a forecaster is trained.
public struct ForecastTrainingOptions: Hashable, Codable, Sendable {
  /// What training makes small, a mean over all steps and targets, of scaled values.
  public enum Loss: String, CaseIterable, Hashable, Codable, Sendable {
    /// The squared error.
    case mse
    /// The absolute error, which heeds outliers less.
    case mae
    /// Huber's loss: squared within one standard deviation, absolute beyond.
    case huber

    func callAsFunction(_ forecast: Tensor, _ truth: Tensor) -> Tensor {
      switch self {
      case .mse: forecast.meanSquaredError(to: truth)
      case .mae: forecast.meanAbsoluteError(to: truth)
      case .huber: forecast.huberLoss(to: truth)
      }
    }
  }

  /// The optimizers that are offered.
  public enum OptimizerKind: String, CaseIterable, Hashable, Codable, Sendable {
    case sgd
    case rmsprop
    case adam
    case adamw
  }

  public var loss: Loss
  public var optimizer: OptimizerKind
  public var learningRate: Double

  /// Names every random number of the training: first weights, shuffling and dropout.
  public var seed: UInt64

  public init(
    loss: Loss = .mse, optimizer: OptimizerKind = .adam, learningRate: Double = 0.01,
    seed: UInt64 = 0
  ) {
    self.loss = loss
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.seed = seed
  }
}
