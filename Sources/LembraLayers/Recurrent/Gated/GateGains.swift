public import LembraTensor

/// The gains of a cell whose sums are normalised; its biases are the shifts.
public struct GateGains: Module {
  /// Of what the gates get from the input, `[G·H]`.
  public var input: Tensor

  /// Of what they get from the state, `[G·H]`.
  public var hidden: Tensor

  init(count: Int) {
    input = Tensor(repeating: 1, shape: [count])
    hidden = input
  }

  /// Normalises sums of gates, those of each group together; the first group begins with the first sum.
  func normalized(
    _ sums: Tensor, _ gain: KeyPath<GateGains, Tensor>, _ shift: Tensor?, _ groups: [Range<Int>]
  ) -> Tensor {
    let gain = self[keyPath: gain]
    let shift = shift ?? Tensor(zeros: gain.shape)
    let start = groups[0].lowerBound
    let parts = groups.map { group in
      sums.columns(group.lowerBound - start..<group.upperBound - start).layerNormalized(
        scale: gain.columns(group), shift: shift.columns(group),
        epsilon: GatedRecurrence.epsilon)
    }
    return parts.count == 1 ? parts[0] : Tensor(concatenatingColumns: parts)
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("ih", &input)
    walk("hh", &hidden)
  }
}
