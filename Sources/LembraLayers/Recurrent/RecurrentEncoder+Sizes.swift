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
    let gates: Double =
      switch cell {
      case .rnn: 1
      case .gru: 3
      case .lstm: 4
      }
    let (units, directions) = (Double(hiddenSize), isBidirectional ? 2.0 : 1.0)
    func layer(_ inputs: Double) -> Double { directions * gates * units * (inputs + units + 2) }
    return layer(inputs) + Double(layerCount - 1) * layer(directions * units)
  }
}
