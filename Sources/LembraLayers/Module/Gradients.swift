public import LembraTensor

/// The gradient of a loss with respect to each parameter of a module, in visiting order.
///
/// A parameter that the loss does not depend on has none.
public struct Gradients: Sendable {
  public var values: [Tensor?]

  public init(_ values: [Tensor?]) {
    self.values = values
  }

  /// The square root of the sum of the squares of all elements.
  public var norm: Double {
    values.reduce(0) { $0 + ($1?.sumOfSquares ?? 0) }.squareRoot()
  }
}

/// Returns the loss of `module` and its gradient with respect to every parameter.
///
///     let (loss, gradients) = valueAndGradients(of: model) { $0.loss(batch) }
///
/// - Parameters:
///   - module: the module with the parameters.
///   - loss: computes one number from the module it is given.
/// - Returns: the loss, and a gradient for each parameter.
/// - Throws: what `loss` throws.
/// - Precondition: `loss` returns a tensor with one element.
public func valueAndGradients<M: Module>(
  of module: M, _ loss: (M) throws -> Tensor
) rethrows -> (value: Float, gradients: Gradients) {
  let tape = Tape()
  defer { tape.close() }
  var tracked = module
  tracked.updateParameters { _, parameter in parameter = tape.leaf(parameter) }
  let value = try loss(tracked)
  precondition(value.shape.count == 1, "a loss is one number, not a tensor of shape \(value.shape)")
  return (value.scalar, Gradients(tape.gradients(of: value)))
}

/// Returns a loss, what else `body` computed, and the gradient with respect to every parameter.
///
/// It serves truncated backpropagation through time, where a step also yields the state that the
/// next begins with: ``CarriedState/detached``.
///
/// - Precondition: the loss is a tensor with one element.
public func valueAndGradients<M: Module, Result>(
  of module: M, returning body: (M) throws -> (loss: Tensor, result: Result)
) rethrows -> (value: Float, gradients: Gradients, result: Result) {
  var result: Result?
  let (value, gradients) = try valueAndGradients(of: module) { module in
    let (loss, other) = try body(module)
    result = other
    return loss
  }
  guard let result else { trap("valueAndGradients: the loss was not computed") }
  return (value, gradients, result)
}
