public import LembraTensor

/// A value with trainable parameters.
///
/// Modules are plain values: copying one is a snapshot of its parameters. Conforming takes one
/// method that shows each parameter, three lines for most layers:
///
///     mutating func visitParameters(_ walk: inout ParameterWalk) {
///       walk("weight", &weight)
///       walk("bias", &bias)
///     }
public protocol Module: Sendable {
  /// Shows every parameter to `walk`, always in the same order and under the same name.
  mutating func visitParameters(_ walk: inout ParameterWalk)
}

extension Module {
  /// Calls `body` with every parameter, for changing it in place.
  public mutating func updateParameters(
    _ body: (_ name: ParameterName, _ parameter: inout Tensor) -> Void
  ) {
    withoutActuallyEscaping(body) { body in
      var walk = ParameterWalk(body)
      visitParameters(&walk)
    }
  }

  /// The parameters in visiting order, named by their path from this module.
  public var parameters: [(name: String, value: Tensor)] {
    var copy = self
    var result: [(name: String, value: Tensor)] = []
    copy.updateParameters { name, value in result.append((name.description, value)) }
    return result
  }

  /// The number of trainable numbers.
  public var parameterCount: Int {
    parameters.reduce(0) { $0 + $1.value.shape.count }
  }
}
