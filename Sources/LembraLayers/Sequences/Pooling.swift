public import LembraTensor

/// Makes one vector of each sequence, by one of the ways of ``SequencePooling``.
///
/// It reads what a layer gives back, so that it knows where each direction ends:
///
///     let vectors = pooling(encoder(batch), of: encoder)  // [N, encoder.outputSize]
///
/// or, without a recurrent layer, the steps alone: `pooling(embedding(sequences: tokens))`.
public struct Pooling: Module {
  /// Which way it is.
  public let kind: SequencePooling

  /// The layer behind ``SequencePooling/attention``; nil for the others.
  public var attention: AttentionPooling?

  /// Creates a layer.
  ///
  /// - Parameters:
  ///   - kind: which way it is.
  ///   - featureCount: the number of features of a step.
  ///   - attentionSize: the length of attention's query; as many as there are features when nil.
  ///   - key: names attention's random numbers.
  public init(
    _ kind: SequencePooling, featureCount: Int, attentionSize: Int? = nil, key: RandomKey
  ) {
    self.kind = kind
    if kind == .attention {
      attention = AttentionPooling(
        featureCount: featureCount, attentionSize: attentionSize, key: key)
    }
  }

  /// The vector of each sequence, from its steps alone; the last is the last step.
  ///
  /// - Parameter steps: N sequences.
  /// - Returns: `[N, features]` in the caller's order; zeros for a sequence without steps.
  public func callAsFunction(_ steps: SequenceBatch) -> Tensor {
    if let attention { return attention(steps) }
    return switch kind {
    case .last, .attention: steps.lastSteps()
    case .mean: steps.meanOverSteps()
    case .max: steps.maximumOverSteps()
    }
  }

  /// The vector of each sequence, from what `layer` made of it.
  ///
  /// With ``SequencePooling/last`` it is the layer's ``SequenceLayer/summary(of:)``: the forward
  /// direction's output at the last step, the backward direction's at the first, and the first
  /// state where there are no steps. Otherwise the output's steps are pooled.
  ///
  /// - Parameters:
  ///   - result: what calling `layer` gave; the output may have been changed since, as by dropout.
  ///   - layer: the layer.
  /// - Returns: `[N, features]` in the caller's order.
  public func callAsFunction<Layer: SequenceLayer>(
    _ result: (output: SequenceBatch, finalState: Layer.State), of layer: Layer
  ) -> Tensor {
    kind == .last ? layer.summary(of: result.finalState) : self(result.output)
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("attention", &attention)
  }
}
