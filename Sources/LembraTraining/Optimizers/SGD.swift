import CLembraKernels
public import LembraLayers
import LembraTensor

/// Stochastic gradient descent, with momentum if wanted.
///
/// With the gradient `g`, the parameter `p` and its velocity `v`, which begins as zero:
///
///     g ← g + weightDecay · p
///     v ← momentum · v + g
///     p ← p − learningRate · (usesNesterov ? g + momentum · v : v)
///
/// Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013, in
/// PyTorch's form with a dampening of 0.
public struct SGD: Optimizer {
  public var learningRate: Double
  public let momentum: Double
  public let weightDecay: Double
  public let usesNesterov: Bool

  private var velocities: [Tensor] = []

  /// - Precondition: `0 ≤ momentum < 1`, above 0 with Nesterov's form; `weightDecay ≥ 0`.
  public init(
    learningRate: Double, momentum: Double = 0, weightDecay: Double = 0, usesNesterov: Bool = false
  ) {
    precondition(
      0 <= momentum && momentum < 1 && weightDecay >= 0,
      "SGD: momentum \(momentum), weight decay \(weightDecay) are out of range")
    precondition(!usesNesterov || momentum > 0, "SGD: Nesterov's form needs a momentum above 0")
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.usesNesterov = usesNesterov
  }

  public var summary: String {
    "sgd momentum=\(momentum) weight-decay=\(weightDecay)" + (usesNesterov ? " nesterov" : "")
  }

  public mutating func prepare(for model: some Module) {
    if momentum > 0, velocities.isEmpty { velocities = model.zeros() }
  }

  public mutating func update<M: Module>(
    _ model: inout M, along gradients: Gradients, scaling: GradientScaling
  ) {
    let settings = lembra_sgd_settings(
      learning_rate: learningRate, momentum: momentum, weight_decay: weightDecay,
      nesterov: usesNesterov ? 1 : 0)
    let scaling = scaling.settings
    let kernel = kernels.optimizers.sgd
    prepare(for: model)
    model.updateElements(along: gradients) { index, parameter, gradient, count in
      velocities.withOptionalState(index, count: count) { velocity in
        updateInParallel(count) { start, count in
          kernel(
            parameter + start, gradient + start, velocity.map { $0 + start }, count, scaling,
            settings)
        }
      }
    }
  }

  public mutating func visitState(_ walk: inout OptimizerStateWalk) {
    walk("velocity", &velocities)
  }
}
