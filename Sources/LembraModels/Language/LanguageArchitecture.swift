public import LembraLayers

/// The layers of a language model: embedding, recurrent layers, and a score for each token.
public struct LanguageArchitecture: Hashable, Codable, Sendable {
  public var cell: RecurrentEncoder.Cell

  /// E, the length of a token's vector.
  public var embeddingSize: Int

  /// H, the units of each recurrent layer.
  public var hiddenSize: Int

  public var layerCount: Int

  /// Whether a token's score is the product with its own vector (Inan, Khosravi and Socher, 2017;
  /// Press and Wolf, 2017); where H differs from E, a learnt map leads from one to the other.
  public var tiesEmbeddings: Bool

  /// The dropout between recurrent layers and before the scores.
  public var dropout: Float

  /// Whether dropout drops the same elements at all steps of a chunk: variational dropout (Gal and
  /// Ghahramani, 2016).
  public var isVariational: Bool

  /// The share of tokens whose vectors are zero in a step, all of their occurrences at once.
  public var embeddingDropout: Float

  /// The share of recurrent weights that are zero in a step (Merity, Keskar and Socher, 2018).
  public var weightDrop: Float

  /// What sets the recurrent cells apart from plain ones; nil for plain ones.
  public var variant: LSTMCell.Variant?

  public init(
    cell: RecurrentEncoder.Cell = .lstm, embeddingSize: Int = 128, hiddenSize: Int = 512,
    layerCount: Int = 1, tiesEmbeddings: Bool = false, dropout: Float = 0.1,
    isVariational: Bool = false, embeddingDropout: Float = 0, weightDrop: Float = 0,
    variant: LSTMCell.Variant? = nil
  ) {
    self.cell = cell
    self.embeddingSize = embeddingSize
    self.hiddenSize = hiddenSize
    self.layerCount = layerCount
    self.tiesEmbeddings = tiesEmbeddings
    self.dropout = dropout
    self.isVariational = isVariational
    self.embeddingDropout = embeddingDropout
    self.weightDrop = weightDrop
    self.variant = variant
  }

  var encoder: RecurrentEncoder.Configuration {
    RecurrentEncoder.Configuration(
      cell, hiddenSize: hiddenSize, layerCount: layerCount, dropout: dropout,
      locksDropout: isVariational, variant: variant ?? .plain)
  }
}
