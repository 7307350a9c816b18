import LembraTensor

/// How large the gradient of a step may be.
///
/// Clipping by norm scales the whole gradient `g` down to the norm `c` when it is longer, keeping
/// its direction: `g · min(1, c / (‖g‖ + 10⁻⁶))` (Pascanu, Mikolov and Bengio, "On the difficulty
/// of training recurrent neural networks", 2013; the constant is PyTorch's). Clipping by value then
/// holds each element between `-v` and `v`.
public struct GradientClipping: Hashable, Codable, Sendable {
  /// The longest norm `c` over all parameters together; `nil` for none.
  public var norm: Double?

  /// The largest magnitude `v` of one element; `nil` for none.
  public var value: Double?

  /// Leaves gradients as they are.
  public static let none = GradientClipping()

  /// - Precondition: limits are above zero.
  public init(norm: Double? = nil, value: Double? = nil) {
    precondition(norm.map { $0 > 0 } ?? true, "GradientClipping: the norm \(norm ?? 0) is not > 0")
    precondition(
      value.map { $0 > 0 } ?? true, "GradientClipping: the value \(value ?? 0) is not > 0")
    self.norm = norm
    self.value = value
  }

  /// What to do with a gradient whose norm is `norm`.
  ///
  /// The scaling is left to the optimizer, so the gradients are not read once more.
  public func scaling(forNorm norm: Double) -> GradientScaling {
    var scaling = GradientScaling()
    if let limit = self.norm { scaling.factor = Float(min(1, limit / (norm + 1e-6))) }
    if let value { scaling.limit = Float(value) }
    return scaling
  }
}
