import CLembraKernels

// Each operation stands beside its pullback. Within a pullback nothing is recorded, so pullbacks
// are written with the public operations.

extension Tensor {
  /// The sum, element by element.
  ///
  /// A row vector, a column vector `[rows, 1]` or a single number is repeated over the other
  /// operand.
  ///
  /// - Precondition: the shapes fit each other. This holds for all four operators.
  public static func + (a: Tensor, b: Tensor) -> Tensor {
    .recorded(
      .combining(a, b, operation: "+", kernels.elementwise.add),
      a.receiving { $0.summed(to: a.shape) },
      b.receiving { $0.summed(to: b.shape) })
  }

  /// The difference, element by element.
  public static func - (a: Tensor, b: Tensor) -> Tensor {
    .recorded(
      .combining(a, b, operation: "-", kernels.elementwise.subtract),
      a.receiving { $0.summed(to: a.shape) },
      b.receiving { (-$0).summed(to: b.shape) })
  }

  /// The product, element by element.
  public static func * (a: Tensor, b: Tensor) -> Tensor {
    .recorded(
      .combining(a, b, operation: "*", kernels.elementwise.multiply),
      a.receiving { ($0 * b).summed(to: a.shape) },
      b.receiving { ($0 * a).summed(to: b.shape) })
  }

  /// The quotient, element by element.
  public static func / (a: Tensor, b: Tensor) -> Tensor {
    let quotient = combining(a, b, operation: "/", kernels.elementwise.divide)
    return .recorded(
      quotient,
      a.receiving { ($0 / b).summed(to: a.shape) },
      b.receiving { (-($0 * quotient / b)).summed(to: b.shape) })
  }

  /// The elements with their signs changed.
  public static prefix func - (x: Tensor) -> Tensor {
    .recorded(x.mapping(kernels.elementwise.negate), x.receiving { -$0 })
  }

  /// Each element plus `number`.
  public static func + (x: Tensor, number: Float) -> Tensor { x + Tensor(number) }
  /// `number` plus each element.
  public static func + (number: Float, x: Tensor) -> Tensor { Tensor(number) + x }
  /// Each element less `number`.
  public static func - (x: Tensor, number: Float) -> Tensor { x - Tensor(number) }
  /// `number` less each element.
  public static func - (number: Float, x: Tensor) -> Tensor { Tensor(number) - x }
  /// `number` divided by each element.
  public static func / (number: Float, x: Tensor) -> Tensor { Tensor(number) / x }
  /// `number` times each element.
  public static func * (number: Float, x: Tensor) -> Tensor { x * number }
  /// Each element divided by `number`.
  public static func / (x: Tensor, number: Float) -> Tensor { x / Tensor(number) }

  /// Each element times `number`.
  public static func * (x: Tensor, number: Float) -> Tensor {
    let scaled = Tensor(shape: x.shape) { out in
      x.withElements { kernels.elementwise.scale($0, number, out, x.shape.count) }
    }
    return .recorded(scaled, x.receiving { $0 * number })
  }

  /// The larger of two elements.
  ///
  /// Where they are equal the gradient goes to `a`.
  public static func maximum(_ a: Tensor, _ b: Tensor) -> Tensor {
    .recorded(
      .combining(a, b, operation: "maximum", kernels.elementwise.maximum),
      a.receiving { ($0 * (1 - b.greater(than: a))).summed(to: a.shape) },
      b.receiving { ($0 * b.greater(than: a)).summed(to: b.shape) })
  }

  /// The smaller of two elements.
  ///
  /// Where they are equal the gradient goes to `a`.
  public static func minimum(_ a: Tensor, _ b: Tensor) -> Tensor {
    .recorded(
      .combining(a, b, operation: "minimum", kernels.elementwise.minimum),
      a.receiving { ($0 * (1 - a.greater(than: b))).summed(to: a.shape) },
      b.receiving { ($0 * a.greater(than: b)).summed(to: b.shape) })
  }

  /// Adds `other` to this tensor in place; nothing is recorded.
  ///
  /// - Precondition: the shapes are equal.
  package mutating func accumulate(_ other: Tensor) {
    precondition(shape == other.shape, "accumulate: shapes \(shape) and \(other.shape) differ")
    let count = shape.count
    withMutableElements { into in
      other.withElements { x in
        inParallel(over: count, unit: 64, cost: 0.1) { part in
          // As the kernels of recurrent layers add up what several directions make of their input.
          flushingDenormals {
            kernels.elementwise.accumulate(x + part.lowerBound, into + part.lowerBound, part.count)
          }
        }
      }
    }
  }

  /// Sums over what a broadcast repeated: the pullback of repeating a tensor of shape `target`.
  func summed(to target: Shape) -> Tensor {
    if shape.count == target.count { return sharing(as: target) }
    if target.count == 1 { return sum().sharing(as: target) }
    if target.rows == 1 { return columnSums().sharing(as: target) }
    return rowSums().sharing(as: target)
  }
}
