public import LembraLayers
public import LembraTensor

/// A number in a gradient or a weight that is infinite or not a number.
public struct NotFiniteElement: Hashable, Codable, Sendable {
  /// The name of the parameter, such as `encoder.weight_hh_l0`.
  public let parameter: String

  /// The index of the element in row-major order.
  public let index: Int

  /// The number itself.
  public let value: Float
}

extension Gradients {
  /// The first element in visiting order that is infinite or not a number.
  public func firstNotFinite(in model: some Module) -> NotFiniteElement? {
    for (parameter, gradient) in zip(model.parameters, values) {
      if let gradient, let index = gradient.firstNotFinite {
        return NotFiniteElement(
          parameter: parameter.name, index: index, value: gradient.elements[index])
      }
    }
    return nil
  }

  /// Throws when the loss or a gradient of a step is infinite or not a number.
  ///
  /// It costs a comparison while all is well.
  ///
  /// - Parameters:
  ///   - loss: the loss of the step.
  ///   - norm: the norm of these gradients, which is not finite if one of their elements is not.
  ///   - model: the model whose gradients these are.
  ///   - step: the step within the epoch, counted from 1.
  ///   - epoch: the epoch, counted from 1.
  /// - Throws: `LembraError` with code `notFinite` that names the first such element in visiting
  ///   order.
  public func check(
    loss: Float, norm: Double, of model: some Module, step: Int, epoch: Int
  ) throws(LembraError) {
    if loss.isFinite, norm.isFinite { return }
    let place = "in step \(step) of epoch \(epoch)"
    let element = firstNotFinite(in: model)
    let gradient = element.map {
      "the gradient of \($0.parameter) is \($0.value) at element \($0.index)"
    }
    let message =
      switch (loss.isFinite, gradient) {
      case (true, let gradient): "\(gradient ?? "the gradient is \(norm)") \(place)"
      case (false, let gradient?): "the loss is \(loss) \(place), and \(gradient)"
      case (false, nil): "the loss is \(loss) \(place)"
      }
    throw LembraError(
      .notFinite, message,
      remedy: "lower the learning rate, clip the gradients or look for extreme values in the data",
      at: .init(name: element?.parameter))
  }
}
