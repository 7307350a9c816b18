public import LembraLayers

/// Gradient descent with estimates of each element's first and second moment.
///
/// With the gradient `g`, the parameter `p`, the moments `m` and `s`, which begin as zero, and the
/// number `t = 1, 2, …` of the parameter's update:
///
///     g ← g + weightDecay · p
///     m ← β₁ m + (1 − β₁) g
///     s ← β₂ s + (1 − β₂) g²
///     p ← p − learningRate · (m / (1 − β₁ᵗ)) / (√(s / (1 − β₂ᵗ)) + epsilon)
///
/// Kingma and Ba, "Adam: a method for stochastic optimization", 2015. ``AdamW`` has the weight decay
/// that most people want.
public struct Adam: Optimizer {
  public var learningRate: Double
  public var beta1: Double { moments.beta1 }
  public var beta2: Double { moments.beta2 }
  public var epsilon: Double { moments.epsilon }
  public var weightDecay: Double { moments.weightDecay }

  private var moments: Moments

  /// - Precondition: `0 ≤ β < 1`, `epsilon > 0`, `weightDecay ≥ 0`.
  public init(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, weightDecay: Double = 0
  ) {
    self.learningRate = learningRate
    moments = Moments(beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay)
  }

  public var summary: String { "adam " + moments.summary }

  public mutating func prepare(for model: some Module) {
    moments.prepare(for: model)
  }

  public mutating func update<M: Module>(
    _ model: inout M, along gradients: Gradients, scaling: GradientScaling
  ) {
    moments.update(
      &model, along: gradients, scaling: scaling, learningRate: learningRate, isDecoupled: false)
  }

  public mutating func visitState(_ walk: inout OptimizerStateWalk) {
    moments.visit(&walk)
  }
}

/// ``Adam`` with weight decay that does not pass through the moments.
///
/// Before the rest of Adam's update, in which `g` stays as it is:
///
///     p ← p − learningRate · weightDecay · p
///
/// Loshchilov and Hutter, "Decoupled weight decay regularization", 2019.
public struct AdamW: Optimizer {
  public var learningRate: Double
  public var beta1: Double { moments.beta1 }
  public var beta2: Double { moments.beta2 }
  public var epsilon: Double { moments.epsilon }
  public var weightDecay: Double { moments.weightDecay }

  private var moments: Moments

  /// - Precondition: `0 ≤ β < 1`, `epsilon > 0`, `weightDecay ≥ 0`.
  public init(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, weightDecay: Double = 0.01
  ) {
    self.learningRate = learningRate
    moments = Moments(beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay)
  }

  public var summary: String { "adamw " + moments.summary }

  public mutating func prepare(for model: some Module) {
    moments.prepare(for: model)
  }

  public mutating func update<M: Module>(
    _ model: inout M, along gradients: Gradients, scaling: GradientScaling
  ) {
    moments.update(
      &model, along: gradients, scaling: scaling, learningRate: learningRate, isDecoupled: true)
  }

  public mutating func visitState(_ walk: inout OptimizerStateWalk) {
    moments.visit(&walk)
  }
}
