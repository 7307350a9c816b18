public import LembraLayers
public import LembraTensor

/// The network of a language model: from tokens to a score for each token that may follow.
///
/// N is the number of streams, E the length of a token's vector, H the units of a layer and V the
/// number of tokens.
public struct LanguageNetwork: Module {
  /// The vectors of the tokens, `[V, E]`.
  public var embedding: Embedding

  public var encoder: RecurrentEncoder

  /// From an output of the layers to E where embeddings are tied and the sizes differ.
  public var projection: Linear?

  /// From an output of the layers to the scores, where embeddings are not tied.
  public var head: Linear?

  /// The bias of the scores where embeddings are tied, `[V]`.
  public var bias: Tensor?

  private let architecture: LanguageArchitecture

  /// Draws a network with random weights.
  ///
  /// - Precondition: all sizes are above 0.
  public init(_ architecture: LanguageArchitecture, tokenCount: Int, key: RandomKey) {
    self.init(architecture, tokenCount: tokenCount, isBlank: false, key: key)
  }

  /// A network of zeros, to be loaded, if it `isBlank`.
  init(_ architecture: LanguageArchitecture, tokenCount: Int, isBlank: Bool, key: RandomKey) {
    self.architecture = architecture
    let (width, units) = (architecture.embeddingSize, architecture.encoder.outputSize)
    let linear: Initializer? = isBlank ? .zeros : nil
    embedding = Embedding(
      tokenCount: tokenCount, outputSize: width,
      initializer: isBlank
        ? .zeros
        : architecture.tiesEmbeddings ? .uniform(bound: 0.1) : .normal(standardDeviation: 1),
      key: key.folding("embedding"))
    encoder = RecurrentEncoder(
      architecture.encoder, inputSize: width, initialization: isBlank ? .blank : .pytorch,
      key: key.folding("encoder"))
    if architecture.tiesEmbeddings {
      bias = Tensor(zeros: [tokenCount])
      if units != width {
        projection = Linear(
          inputSize: units, outputSize: width, initializer: linear,
          key: key.folding("projection"))
      }
    } else {
      head = Linear(
        inputSize: units, outputSize: tokenCount, initializer: linear, key: key.folding("head"))
    }
  }

  /// The number of tokens, V.
  public var tokenCount: Int { embedding.tokenCount }

  /// This network with recurrent layers that run at a precision; nil if they do not.
  func running(at precision: Precision) -> LanguageNetwork? {
    guard encoder.runs(at: precision) else { return nil }
    var copy = self
    copy.encoder = encoder.running(at: precision)
    return copy
  }

  /// Reads some steps of streams.
  ///
  /// - Parameters:
  ///   - tokens: one for each row of `layout`.
  ///   - layout: how the streams are laid out.
  ///   - state: the state that the streams begin with; zeros when nil.
  ///   - dropoutKey: names the dropout masks during training; nil for none.
  /// - Returns: what the scores are made of, a row for each token, and the state after the last.
  func hidden(
    _ tokens: [Int], layout: SequenceLayout, from state: [Tensor]?, dropoutKey: RandomKey? = nil
  ) -> (rows: Tensor, state: [Tensor]) {
    let input = embedding.indexed(
      tokens, layout: layout, dropout: architecture.embeddingDropout,
      key: dropoutKey?.folding("embedding"))
    let encoder = encoder.droppingWeights(
      architecture.weightDrop, key: dropoutKey?.folding("weights"))
    let (output, last, _) = encoder(input, from: state, dropoutKey: dropoutKey)
    var rows = output.rows
    if let key = dropoutKey?.folding("output"), architecture.dropout > 0 {
      rows =
        architecture.isVariational
        ? output.lockedDropout(architecture.dropout, key: key).rows
        : rows.dropout(architecture.dropout, key: key)
    }
    return (projection.map { $0(rows) } ?? rows, last)
  }

  /// The scores of every token that may follow each row, `[rows, V]`.
  func logits(_ rows: Tensor) -> Tensor {
    head.map { $0(rows) } ?? embedding.logits(of: rows, bias: bias)
  }

  /// The mean cross entropy of the tokens that follow.
  func loss(_ rows: Tensor, _ targets: [Int]) -> Tensor {
    rows.affineCrossEntropy(
      head?.weight ?? embedding.weight, head.map(\.bias) ?? bias, targets: targets)
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("embedding", &embedding)
    walk("encoder", &encoder)
    walk("projection", &projection)
    walk("head", &head)
    walk("bias", &bias)
  }
}

extension RecurrentInitialization {
  /// Zeros, for weights that are loaded.
  static let blank = RecurrentInitialization(input: .zeros, hidden: .zeros, bias: .zeros)
}
