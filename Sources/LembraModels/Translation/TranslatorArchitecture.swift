public import LembraLayers

/// The layers of a translator: an encoder that reads the source, and a decoder that writes the
/// target.
public struct TranslatorArchitecture: Hashable, Codable, Sendable {
  public var cell: RecurrentEncoder.Cell

  /// What a step of the decoder takes from the source.
  public var context: AttentionDecoder.Context

  /// E, the length of a token's vector.
  public var embeddingSize: Int

  /// H, the units of a layer, in each direction of the encoder.
  public var hiddenSize: Int

  public var encoderLayers: Int
  public var decoderLayers: Int

  /// Whether the encoder reads in both directions.
  public var isBidirectional: Bool

  /// Whether the source is read from its end (Sutskever, Vinyals and Le, 2014).
  public var reversesSource: Bool

  /// Whether the decoder reads its last output beside the token, which Luong's attention may do.
  public var feedsInput: Bool

  /// Whether additive attention sees what was attended to so far.
  public var seesCoverage: Bool

  /// Whether a target token's score is the product with its own vector.
  public var tiesEmbeddings: Bool

  /// The dropout of vectors, between layers, of the encoder's output and before the scores.
  public var dropout: Float

  /// What sets the recurrent cells of encoder and decoder apart from plain ones; nil for plain ones.
  public var variant: LSTMCell.Variant?

  public init(
    cell: RecurrentEncoder.Cell = .gru, context: AttentionDecoder.Context = .additive,
    embeddingSize: Int = 256, hiddenSize: Int = 256, encoderLayers: Int = 1,
    decoderLayers: Int = 1, isBidirectional: Bool = true, reversesSource: Bool = false,
    feedsInput: Bool? = nil, seesCoverage: Bool = false, tiesEmbeddings: Bool = true,
    dropout: Float = 0.4, variant: LSTMCell.Variant? = nil
  ) {
    self.cell = cell
    self.context = context
    self.embeddingSize = embeddingSize
    self.hiddenSize = hiddenSize
    self.encoderLayers = encoderLayers
    self.decoderLayers = decoderLayers
    self.isBidirectional = isBidirectional
    self.reversesSource = reversesSource
    let asksLast = context.attention != nil && context != .additive
    self.feedsInput = feedsInput ?? asksLast
    self.seesCoverage = seesCoverage
    self.tiesEmbeddings = tiesEmbeddings
    self.dropout = dropout
    self.variant = variant
  }

  var encoder: RecurrentEncoder.Configuration {
    RecurrentEncoder.Configuration(
      cell, hiddenSize: hiddenSize, layerCount: encoderLayers, isBidirectional: isBidirectional,
      dropout: dropout, variant: variant ?? .plain)
  }

  /// M, the size of what the encoder makes of a token.
  var memorySize: Int { encoder.outputSize }

  var decoder: AttentionDecoder.Configuration {
    AttentionDecoder.Configuration(
      cell, context: context, embeddingSize: embeddingSize, hiddenSize: hiddenSize,
      memorySize: memorySize, outputSize: tiesEmbeddings ? embeddingSize : hiddenSize,
      layerCount: decoderLayers, feedsInput: feedsInput, seesCoverage: seesCoverage,
      dropout: dropout, variant: variant ?? .plain)
  }
}

extension TranslatorArchitecture {
  /// The name of cell and context, such as `gru+additive`, or `gru` without a context.
  public var name: String {
    cell.rawValue + (context == .none ? "" : "+" + context.rawValue)
  }

  /// The name as it is written in text, such as `GRU, additive attention`.
  public var title: String {
    let cell = cell.title
    return switch context {
    case .none: cell
    case .summary: "\(cell), summary"
    case .additive, .dot, .general, .concat: "\(cell), \(context.rawValue) attention"
    }
  }
}
