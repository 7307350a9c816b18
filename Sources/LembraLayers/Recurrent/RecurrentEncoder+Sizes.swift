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
      case .lstm: Double(variant.gateCount)
      }
    let (units, directions) = (Double(hiddenSize), isBidirectional ? 2.0 : 1.0)
    let outputs = Double(variant.projectionSize ?? hiddenSize)
    var others = 0.0
    if variant.hasPeepholes { others += (gates - 1) * units }
    if variant.projectionSize != nil { others += units * outputs }
    if variant.isNormalized { others += 2 * gates * units + (cell == .lstm ? 2 * units : 0) }
    func layer(_ inputs: Double) -> Double {
      directions * (gates * units * (inputs + outputs + 2) + others)
    }
    return layer(inputs) + Double(layerCount - 1) * layer(Double(outputSize))
  }

  /// The length of an output: that of all directions side by side.
  package var outputSize: Int {
    (variant.projectionSize ?? hiddenSize) * (isBidirectional ? 2 : 1)
  }

  /// What cells of this kind lack of the variant, in words; nil if they have it all.
  package var misfit: String? {
    var supported = LSTMCell.Variant.plain
    switch cell {
    case .rnn: break
    case .gru:
      supported.isNormalized = variant.isNormalized
      supported.recurrentDropout = variant.recurrentDropout
      supported.zoneout.hidden = variant.zoneout.hidden
    case .lstm: supported = variant
    }
    if supported == variant { return nil }
    return cell == .rnn
      ? "an RNN has no variants"
      : "a GRU has no peepholes, coupled gates, projection or cell vector"
  }
}
