import LembraLayers
import LembraTensor

extension Module {
  /// Calls `body` with the index of each parameter that has a gradient, with the elements of both.
  mutating func updateElements(
    along gradients: Gradients,
    _ body: (
      _ index: Int, _ parameter: UnsafeMutablePointer<Float>, _ gradient: UnsafePointer<Float>,
      _ count: Int
    ) -> Void
  ) {
    var index = 0
    updateParameters { name, parameter in
      precondition(
        index < gradients.values.count,
        "update: \(gradients.values.count) gradients do not reach the parameter \(name)")
      if let gradient = gradients.values[index] {
        let count = parameter.shape.count
        precondition(
          gradient.shape == parameter.shape,
          "update: \(name) has shape \(parameter.shape), its gradient \(gradient.shape)")
        gradient.withElements { gradient in
          parameter.withMutableElements { body(index, $0, gradient, count) }
        }
      }
      index += 1
    }
    precondition(
      index == gradients.values.count,
      "update: \(gradients.values.count) gradients for \(index) parameters")
  }

  /// A tensor of zeros for each parameter.
  func zeros() -> [Tensor] {
    parameters.map { Tensor(zeros: $0.value.shape) }
  }
}

extension [Tensor] {
  /// Calls `body` with the elements of the state of parameter `index`, for writing in place.
  ///
  /// - Precondition: the state has `count` elements.
  mutating func withState(
    _ index: Int, count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void
  ) {
    precondition(
      index < self.count && self[index].shape.count == count,
      "update: the optimizer's state belongs to another model")
    self[index].withMutableElements(body)
  }

  /// Calls `body` as ``withState(_:count:_:)`` does, or with `nil` when there is no such state.
  mutating func withOptionalState(
    _ index: Int, count: Int, _ body: (UnsafeMutablePointer<Float>?) -> Void
  ) {
    if isEmpty { body(nil) } else { withState(index, count: count) { body($0) } }
  }
}

/// Calls `body` on parts of the elements of one parameter, in parallel when there are many.
///
/// Parts end at cache lines, so that no two threads write to the same one.
func updateInParallel(_ count: Int, _ body: (_ start: Int, _ count: Int) -> Void) {
  inParallel(over: count, unit: 16, cost: 0.3) { body($0.lowerBound, $0.count) }
}
