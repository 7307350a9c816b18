public import LembraTensor

/// The optimizers by name, for programs that choose one at run time.
public enum OptimizerName: String, CaseIterable, Codable, Sendable {
  case sgd
  case rmsprop
  case adam
  case adamw

  /// The optimizer of this name.
  ///
  /// - Parameters:
  ///   - learningRate: the step size.
  ///   - momentum: for ``sgd`` and ``rmsprop``.
  ///   - weightDecay: decoupled for ``adamw``, added to the gradient for the others.
  ///   - usesNesterov: for ``sgd`` with a momentum.
  /// - Returns: the optimizer, with its other settings as PyTorch has them.
  /// - Throws: `LembraError` with code `invalidOption` when a number is out of range or means
  ///   nothing to this optimizer.
  public func optimizer(
    learningRate: Double, momentum: Double = 0, weightDecay: Double = 0, usesNesterov: Bool = false
  ) throws(LembraError) -> any Optimizer {
    func require(_ condition: Bool, _ what: String, _ name: String) throws(LembraError) {
      guard condition else {
        throw LembraError(
          .invalidOption, what, remedy: "choose another value", at: .init(name: name))
      }
    }
    try require(
      learningRate > 0 && learningRate.isFinite,
      "a learning rate of \(learningRate) is not above 0",
      "learning rate")
    try require(
      weightDecay >= 0 && weightDecay.isFinite, "a weight decay of \(weightDecay) is negative",
      "weight decay")
    try require(
      momentum >= 0 && momentum < 1, "a momentum of \(momentum) is not from 0 to below 1",
      "momentum")
    try require(
      momentum == 0 || self == .sgd || self == .rmsprop,
      "\(rawValue) has moments of its own and takes no momentum", "momentum")
    try require(
      !usesNesterov || self == .sgd && momentum > 0,
      "Nesterov's form is for sgd with a momentum above 0", "nesterov")
    return switch self {
    case .sgd:
      SGD(
        learningRate: learningRate, momentum: momentum, weightDecay: weightDecay,
        usesNesterov: usesNesterov)
    case .rmsprop:
      RMSProp(learningRate: learningRate, momentum: momentum, weightDecay: weightDecay)
    case .adam: Adam(learningRate: learningRate, weightDecay: weightDecay)
    case .adamw: AdamW(learningRate: learningRate, weightDecay: weightDecay)
    }
  }
}
