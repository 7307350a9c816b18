import CLembraKernels
import LembraLayers
import LembraTensor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The settings and the state that ``Adam`` and ``AdamW`` share.
struct Moments: Sendable {
  let beta1: Double
  let beta2: Double
  let epsilon: Double
  let weightDecay: Double

  private var means: [Tensor] = []
  private var squares: [Tensor] = []

  /// The number of updates of each parameter, by which its bias correction goes.
  private var counts: [Int] = []

  init(beta1: Double, beta2: Double, epsilon: Double, weightDecay: Double) {
    precondition(
      0 <= beta1 && beta1 < 1 && 0 <= beta2 && beta2 < 1 && epsilon > 0 && weightDecay >= 0,
      "Adam: betas \(beta1) and \(beta2), epsilon \(epsilon), weight decay \(weightDecay) "
        + "are out of range")
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  var summary: String {
    "beta1=\(beta1) beta2=\(beta2) epsilon=\(epsilon) weight-decay=\(weightDecay)"
  }

  mutating func prepare(for model: some Module) {
    guard means.isEmpty else { return }
    means = model.zeros()
    squares = model.zeros()
    counts = Array(repeating: 0, count: means.count)
  }

  mutating func update<M: Module>(
    _ model: inout M, along gradients: Gradients, scaling: GradientScaling, learningRate: Double,
    isDecoupled: Bool
  ) {
    prepare(for: model)
    var settings = lembra_adam_settings(
      learning_rate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
      weight_decay: weightDecay, correction1: 0, correction2: 0, decoupled: isDecoupled ? 1 : 0)
    let scaling = scaling.settings
    let kernel = kernels.optimizers.adam
    // Parameters mostly share their count, and the powers are dearer than a small parameter.
    var corrected = 0
    model.updateElements(along: gradients) { index, parameter, gradient, count in
      counts[index] += 1
      if counts[index] != corrected {
        corrected = counts[index]
        settings.correction1 = 1 - pow(beta1, Double(corrected))
        settings.correction2 = 1 - pow(beta2, Double(corrected))
      }
      means.withState(index, count: count) { mean in
        squares.withState(index, count: count) { square in
          updateInParallel(count) { [settings] start, count in
            kernel(
              parameter + start, gradient + start, mean + start, square + start, count, scaling,
              settings)
          }
        }
      }
    }
  }

  mutating func visit(_ walk: inout OptimizerStateWalk) {
    walk("mean", &means)
    walk("square", &squares)
    walk("count", &counts)
  }
}
