import CLembraKernels

extension Tensor {
  /// 1 where this element is greater than the other, 0 elsewhere.
  ///
  /// A comparison has no gradient.
  ///
  /// - Precondition: the shapes fit each other. This holds for all comparisons.
  public func greater(than other: Tensor) -> Tensor {
    .combining(self, other, operation: "greater", kernels.elementwise.greater)
  }

  /// 1 where this element is less than the other, 0 elsewhere.
  ///
  /// A comparison has no gradient.
  public func less(than other: Tensor) -> Tensor {
    .combining(self, other, operation: "less", kernels.elementwise.less)
  }

  /// 1 where the elements are equal, 0 elsewhere.
  ///
  /// A comparison has no gradient.
  public func equal(to other: Tensor) -> Tensor {
    .combining(self, other, operation: "equal", kernels.elementwise.equal)
  }

  /// This tensor where `condition` is not 0, and `other` elsewhere.
  ///
  /// What is not chosen is not looked at: a NaN there harms neither the value nor the gradient.
  ///
  /// - Precondition: the three shapes fit each other; rows, columns and numbers are repeated.
  public func selected(where condition: Tensor, otherwise other: Tensor) -> Tensor {
    let condition = condition.detached
    return .recorded(
      .choosing(condition, self, other),
      receiving { [shape] in .choosing(condition, $0, Tensor(0)).summed(to: shape) },
      other.receiving { .choosing(condition, Tensor(0), $0).summed(to: other.shape) })
  }

  /// This tensor with `value` in the places where `mask` is not 0.
  ///
  /// - Precondition: as for ``selected(where:otherwise:)``.
  public func masked(where mask: Tensor, with value: Float) -> Tensor {
    selected(where: mask.equal(to: Tensor(0)), otherwise: Tensor(value))
  }

  private static func choosing(_ condition: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
    let chosen = Broadcast(a.shape, b.shape, operation: "select").shape
    let broadcast = Broadcast(chosen, condition.shape, operation: "select")
    let (rows, columns) = (broadcast.shape.rows, broadcast.shape.columns)
    return Tensor(shape: broadcast.shape) { out in
      withElementsOf(condition, a, b) { x, y, z in
        let x = broadcast.operand(x, condition.shape)
        let y = broadcast.operand(y, a.shape)
        let z = broadcast.operand(z, b.shape)
        kernels.elementwise.select(x, y, z, out, rows, columns)
      }
    }
  }
}
