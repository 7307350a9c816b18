public import LembraTensor

/// Brings each row to mean 0 and variance 1, then scales and shifts each column by learnt numbers.
///
///     y = (x - mean) / √(variance + ε) ⊙ γ + β
///
/// - Note: Ba, Kiros and Hinton, "Layer normalization", 2016.
public struct LayerNorm: Module {
  /// `γ`, `[features]`.
  public var weight: Tensor

  /// `β`, `[features]`.
  public var bias: Tensor

  /// `ε`.
  public let epsilon: Float

  /// Creates a layer that at first scales by 1 and shifts by 0.
  public init(featureCount: Int, epsilon: Float = 1e-5) {
    weight = Tensor(repeating: 1, shape: [featureCount])
    bias = Tensor(zeros: [featureCount])
    self.epsilon = epsilon
  }

  /// Normalises each row of `x`, `[..., features]`.
  ///
  /// - Precondition: the last axis of `x` has as many elements as the layer has features.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.layerNormalized(scale: weight, shift: bias, epsilon: epsilon)
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("weight", &weight)
    walk("bias", &bias)
  }
}
