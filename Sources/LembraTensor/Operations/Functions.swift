import CLembraKernels

extension Tensor {
  /// `e` to the power of each element.
  public func exp() -> Tensor {
    let y = mapping(costPerElement: 0.4, kernels.elementwise.exp)
    return .recorded(y, receiving { $0 * y })
  }

  /// The natural logarithm of each element: NaN below zero, -∞ at zero.
  public func log() -> Tensor {
    .recorded(
      mapping(costPerElement: 0.4, kernels.elementwise.log), receiving { [self] in $0 / self })
  }

  /// The square root of each element.
  public func squareRoot() -> Tensor {
    let y = mapping(kernels.elementwise.sqrt)
    return .recorded(y, receiving { y.pulling(back: $0, kernels.elementwise.sqrt_pullback) })
  }

  /// Each element times itself.
  public func squared() -> Tensor {
    .recorded(
      mapping(kernels.elementwise.square), receiving { [self] in $0 * (self * 2) })
  }

  /// Each element without its sign; the gradient at zero is zero.
  public func absolute() -> Tensor {
    .recorded(
      mapping(kernels.elementwise.absolute),
      receiving { [self] in pulling(back: $0, kernels.elementwise.absolute_pullback) })
  }

  /// One divided by each element.
  public func reciprocal() -> Tensor {
    let y = mapping(kernels.elementwise.reciprocal)
    return .recorded(y, receiving { y.pulling(back: $0, kernels.elementwise.reciprocal_pullback) })
  }

  /// `max(0, x)` for each element; the gradient at zero is zero.
  public func relu() -> Tensor {
    let y = mapping(kernels.elementwise.relu)
    return .recorded(y, receiving { y.pulling(back: $0, kernels.elementwise.relu_pullback) })
  }

  /// `x Φ(x)` for each element, where `Φ` is the distribution function of the standard normal
  /// distribution (Hendrycks and Gimpel, 2016; the exact form, not the one by tanh).
  public func gelu() -> Tensor {
    .recorded(
      mapping(costPerElement: 0.5, kernels.elementwise.gelu),
      receiving { [self] in pulling(back: $0, kernels.elementwise.gelu_pullback) })
  }

  /// `log(1 + exp(x))` for each element, without overflow.
  public func softplus() -> Tensor {
    .recorded(
      mapping(costPerElement: 0.5, kernels.elementwise.softplus),
      receiving { [self] in pulling(back: $0, kernels.elementwise.softplus_pullback) })
  }

  /// Each element held within `range`; the gradient outside is zero.
  public func clamped(to range: ClosedRange<Float>) -> Tensor {
    let (low, high) = (range.lowerBound, range.upperBound)
    let y = Tensor(shape: shape) { out in
      withElements { kernels.elementwise.clamp($0, low, high, out, shape.count) }
    }
    return .recorded(
      y,
      receiving { [self] gradient in
        Tensor(shape: shape) { out in
          withElementsOf(self, gradient) { x, gradient in
            kernels.elementwise.clamp_pullback(x, gradient, low, high, out, shape.count)
          }
        }
      })
  }

  /// The index, in row-major order, of the first element that is infinite or not a number.
  package var firstNotFinite: Int? {
    let index = withElements { kernels.elementwise.first_not_finite($0, shape.count) }
    return index < 0 ? nil : index
  }
}

/// `1 / (1 + exp(-x))` for each element.
public func sigmoid(_ x: Tensor) -> Tensor {
  let y = x.mapping(costPerElement: 0.4, kernels.elementwise.sigmoid)
  return .recorded(y, x.receiving { y.pulling(back: $0, kernels.elementwise.sigmoid_pullback) })
}

/// The hyperbolic tangent of each element.
public func tanh(_ x: Tensor) -> Tensor {
  let y = x.mapping(costPerElement: 0.4, kernels.elementwise.tanh)
  return .recorded(y, x.receiving { y.pulling(back: $0, kernels.elementwise.tanh_pullback) })
}
