package import LembraLayers
package import LembraTensor

/// What was found by looking into one step of training.
public struct StepFinding: Hashable, Codable, Sendable {
  public let loss: Float

  /// The norm of the gradient before clipping.
  public let gradientNorm: Double

  /// The first weight, in visiting order, that is infinite or not a number.
  public let weight: NotFiniteElement?

  /// The first number of a recurrent layer that is not finite, on the way forward or else on the way
  /// back; if there is none, the largest gradient.
  public var number: BadNumber?

  /// The first gradient of a weight, in visiting order, that is infinite or not a number.
  public let gradient: NotFiniteElement?

  /// Whether everything is finite.
  public var isFinite: Bool {
    loss.isFinite && gradientNorm.isFinite && weight == nil && gradient == nil
      && (number?.kind ?? .largestGradient) == .largestGradient
  }

  /// Runs a step, looking into the recurrent layers.
  ///
  /// - Parameters:
  ///   - model: the model before the step.
  ///   - probe: what looks into its layers; new.
  ///   - loss: the loss of the batch.
  /// - Throws: what `loss` throws.
  package init<M: Module>(
    _ model: M, probe: RecurrentProbe, _ loss: (M) throws -> Tensor
  ) rethrows {
    let (value, gradients) = try valueAndGradients(of: model.probed(by: probe), loss)
    self.loss = value
    gradientNorm = gradients.norm
    weight = Gradients(model.parameters.map(\.value)).firstNotFinite(in: model)
    gradient = gradientNorm.isFinite ? nil : gradients.firstNotFinite(in: model)
    number = probe.firstBadNumber ?? probe.firstBadGradient ?? probe.largestGradient
  }
}

extension StepFinding: CustomStringConvertible {
  /// What was found in a sentence without its full stop.
  public var description: String {
    var parts: [String] = []
    if !loss.isFinite { parts.append("the loss is \(loss.text)") }
    if let weight {
      parts.append(
        "the weight \(weight.parameter) is \(weight.value.text) at element \(weight.index)")
    }
    if let number { parts.append(number.description) }
    if let gradient, number?.kind != .backward {
      parts.append(
        "the gradient of \(gradient.parameter) is \(gradient.value.text) at element \(gradient.index)"
      )
    }
    if parts.isEmpty { parts.append("every number is finite") }
    return parts.joined(separator: "; ")
  }
}
