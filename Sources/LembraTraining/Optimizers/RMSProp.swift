import CLembraKernels
public import LembraLayers
import LembraTensor

/// Gradient descent in which each element is divided by the root of its mean square.
///
/// With the gradient `g`, the parameter `p`, and as state, which begins as zero, the mean square
/// `s`, the mean `m` if centred and the velocity `v` if there is a momentum:
///
///     g ← g + weightDecay · p
///     s ← smoothing · s + (1 − smoothing) · g²
///     m ← smoothing · m + (1 − smoothing) · g
///     d = √(isCentered ? s − m² : s) + epsilon
///     v ← momentum · v + g / d
///     p ← p − learningRate · v
///
/// Tieleman and Hinton, Coursera lecture 6.5, 2012; centred: Graves, "Generating sequences with
/// recurrent neural networks", 2013. The form is PyTorch's.
public struct RMSProp: Optimizer {
  public var learningRate: Double
  public let smoothing: Double
  public let epsilon: Double
  public let momentum: Double
  public let weightDecay: Double
  public let isCentered: Bool

  private var squares: [Tensor] = []
  private var means: [Tensor] = []
  private var velocities: [Tensor] = []

  /// - Precondition: `0 ≤ smoothing < 1`, `0 ≤ momentum < 1`, `epsilon > 0`, `weightDecay ≥ 0`.
  public init(
    learningRate: Double = 0.01, smoothing: Double = 0.99, epsilon: Double = 1e-8,
    momentum: Double = 0, weightDecay: Double = 0, isCentered: Bool = false
  ) {
    precondition(
      0 <= smoothing && smoothing < 1 && 0 <= momentum && momentum < 1 && epsilon > 0
        && weightDecay >= 0,
      "RMSProp: smoothing \(smoothing), momentum \(momentum), epsilon \(epsilon), "
        + "weight decay \(weightDecay) are out of range")
    self.learningRate = learningRate
    self.smoothing = smoothing
    self.epsilon = epsilon
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.isCentered = isCentered
  }

  public var summary: String {
    "rmsprop smoothing=\(smoothing) epsilon=\(epsilon) momentum=\(momentum) "
      + "weight-decay=\(weightDecay)" + (isCentered ? " centered" : "")
  }

  public mutating func prepare(for model: some Module) {
    guard squares.isEmpty else { return }
    squares = model.zeros()
    if isCentered { means = model.zeros() }
    if momentum > 0 { velocities = model.zeros() }
  }

  public mutating func update<M: Module>(
    _ model: inout M, along gradients: Gradients, scaling: GradientScaling
  ) {
    let settings = lembra_rmsprop_settings(
      learning_rate: learningRate, alpha: smoothing, epsilon: epsilon, momentum: momentum,
      weight_decay: weightDecay)
    let scaling = scaling.settings
    let kernel = kernels.optimizers.rmsprop
    prepare(for: model)
    model.updateElements(along: gradients) { index, parameter, gradient, count in
      squares.withState(index, count: count) { square in
        means.withOptionalState(index, count: count) { mean in
          velocities.withOptionalState(index, count: count) { velocity in
            updateInParallel(count) { start, count in
              kernel(
                parameter + start, gradient + start, square + start, mean.map { $0 + start },
                velocity.map { $0 + start }, count, scaling, settings)
            }
          }
        }
      }
    }
  }

  public mutating func visitState(_ walk: inout OptimizerStateWalk) {
    walk("square", &squares)
    walk("mean", &means)
    walk("velocity", &velocities)
  }
}
