import LembraTensor

/// The output of a decoder, `tanh(W [state; context; token] + b)`, at every step of it.
///
/// It is a sum of parts, which are multiplied apart, so that what comes from a token, or from a memory that
/// is projected, can be made once for all rows that need it.
struct DecoderReadout: Sendable {
  private let top: RepeatedAffine
  private let context: RepeatedAffine?
  private let tokens: RepeatedAffine?

  init(_ decoder: AttentionDecoder) {
    let own = decoder.configuration
    let (weight, bias) = (decoder.output.weight, decoder.output.bias)
    var start = 0
    func part(_ size: Int, bias: Tensor? = nil) -> RepeatedAffine {
      defer { start += size }
      return RepeatedAffine(weight.columns(start..<start + size), bias)
    }
    top = part(own.layerOutputSize, bias: bias)
    context = own.context == .none ? nil : part(own.memorySize)
    tokens = own.asksLast ? nil : part(own.embeddingSize)
  }

  /// What contexts add, `[rows, R]`, where they are read.
  func part(ofContext rows: Tensor) -> Tensor? { context?(rows) }

  /// What the vectors of tokens add, `[rows, R]`, where they are read.
  func part(ofTokens rows: Tensor) -> Tensor? { tokens?(rows) }

  /// The output `[rows, R]` from the states of the last layer, and the parts of the rest.
  func callAsFunction(top rows: Tensor, context: Tensor?, tokens: Tensor?) -> Tensor {
    tanh([context, tokens].compactMap(\.self).reduce(top(rows), +))
  }
}
