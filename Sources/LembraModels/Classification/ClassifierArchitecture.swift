public import LembraLayers

/// The layers of a classifier of texts: embedding, a network that reads, pooling, and a score for
/// each class.
public struct ClassifierArchitecture: Hashable, Codable, Sendable {
  /// What reads the embedded words.
  public enum Kind: String, CaseIterable, Hashable, Codable, Sendable {
    /// A perceptron on the mean of the words' vectors (Iyyer et al., 2015).
    case mlp
    /// Convolutions over runs of words, the largest of each (Kim, 2014).
    case cnn
    case rnn
    case lstm
    case gru
    case mgu
    case slstm
    case mingru
    case minlstm
    case indrnn
    case birnn
    case bilstm
    case bigru
    case bimgu
    case bislstm
    case bimingru
    case biminlstm
    case biindrnn

    /// The name as it is written in text.
    public var title: String {
      cell.map { (isBidirectional ? "Bi" : "") + $0.title } ?? rawValue.uppercased()
    }

    package var cell: RecurrentEncoder.Cell? { RecurrentEncoder.Cell(ofNetwork: rawValue) }

    var isBidirectional: Bool { rawValue.hasPrefix("bi") }
  }

  public var kind: Kind

  /// E, the length of a word's vector.
  public var embeddingSize: Int

  /// H, the units of a layer, in each direction of a recurrent one.
  public var hiddenSize: Int

  /// The number of recurrent or of hidden layers.
  public var layerCount: Int

  /// How the outputs at all words become one vector; recurrent networks only.
  public var pooling: SequencePooling

  /// The widths of the convolutions, in words.
  public var kernelSizes: [Int]

  /// The dropout on the embedded words, between layers, and before the scores.
  public var dropout: Float

  /// The share of words that are replaced by the unknown word in training.
  public var wordDropout: Float

  /// What sets the recurrent cells apart from plain ones; nil for plain ones.
  public var variant: LSTMCell.Variant?

  public init(
    _ kind: Kind = .bilstm, embeddingSize: Int = 100, hiddenSize: Int = 128, layerCount: Int = 1,
    pooling: SequencePooling = .max, kernelSizes: [Int] = [3, 4, 5], dropout: Float = 0.5,
    wordDropout: Float = 0.2, variant: LSTMCell.Variant? = nil
  ) {
    self.kind = kind
    self.embeddingSize = embeddingSize
    self.hiddenSize = hiddenSize
    self.layerCount = layerCount
    self.pooling = pooling
    self.kernelSizes = kernelSizes
    self.dropout = dropout
    self.wordDropout = wordDropout
    self.variant = variant
  }

  /// The recurrent layers, where there are any.
  var encoder: RecurrentEncoder.Configuration? {
    kind.cell.map {
      RecurrentEncoder.Configuration(
        $0, hiddenSize: hiddenSize, layerCount: layerCount,
        isBidirectional: kind.isBidirectional, dropout: dropout, variant: variant ?? .plain)
    }
  }
}
