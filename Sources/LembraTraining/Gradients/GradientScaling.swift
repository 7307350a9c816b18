import CLembraKernels

/// What happens to each element of a gradient before an optimizer uses it: it is multiplied by
/// ``factor``, then held between `-limit` and `limit`.
public struct GradientScaling: Hashable, Sendable {
  /// 1 to leave the gradient as it is.
  public var factor: Float

  /// Infinity to leave the gradient as it is.
  public var limit: Float

  /// Leaves gradients as they are.
  public static let none = GradientScaling()

  public init(factor: Float = 1, limit: Float = .infinity) {
    self.factor = factor
    self.limit = limit
  }

  /// The settings as the kernels take them.
  var settings: lembra_gradient_settings {
    lembra_gradient_settings(scale: factor, clip: limit)
  }
}
