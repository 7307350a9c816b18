public import LembraTensor

extension RecurrentEncoder {
  /// These layers with elements of their recurrent weights dropped; see
  /// ``SequenceLayer/droppingWeights(_:key:)``.
  public func droppingWeights(_ rate: Float, key: RandomKey?) -> RecurrentEncoder {
    func dropped(_ layer: some SequenceLayer) -> any SequenceLayer {
      layer.droppingWeights(rate, key: key)
    }
    var copy = self
    copy.layers = dropped(layers)
    return copy
  }
}

extension RecurrentEncoder.Configuration {
  /// The number of parameters of layers that read `inputs` features; in `Double`, where no size
  /// overflows.
  package func parameterCount(inputs: Double) -> Double {
    let (units, directions) = (Double(hiddenSize), isBidirectional ? 2.0 : 1.0)
    func layer(_ inputs: Double) -> Double {
      switch cell {
      case .mingru: 2 * units * (inputs + 1)
      case .minlstm: 3 * units * (inputs + 1)
      case .indrnn: units * (inputs + 2)
      case .rnn: gated(1, inputs)
      case .mgu: gated(2, inputs)
      case .gru: gated(3, inputs)
      case .slstm: gated(4, inputs)
      case .lstm: gated(Double(variant.gateCount), inputs)
      }
    }
    let above = Double(layerCount - 1) * layer(Double(outputSize))
    return directions * (layer(inputs) + above)
  }

  /// The parameters of a cell with so many gates, each of which is a product of the state.
  private func gated(_ gates: Double, _ inputs: Double) -> Double {
    let units = Double(hiddenSize)
    let outputs = Double(variant.projectionSize ?? hiddenSize)
    var count = gates * units * (inputs + outputs / Double(variant.heads) + 2)
    if variant.hasPeepholes { count += (gates - 1) * units }
    if variant.projectionSize != nil { count += units * outputs }
    if variant.isNormalized { count += 2 * gates * units + (cell == .lstm ? 2 * units : 0) }
    return count
  }

  /// The length of an output: that of all directions side by side.
  package var outputSize: Int {
    (variant.projectionSize ?? hiddenSize) * (isBidirectional ? 2 : 1)
  }

  /// What cells of this kind lack of the variant, in words; nil if they have it all.
  package var misfit: String? { cell.misfit(variant) }
}
