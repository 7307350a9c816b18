public import LembraLayers

/// The layers of a tagger: vectors of words, of their characters and of features, recurrent layers,
/// and a score for each tag, which a chain of tags may complete.
///
/// - Note: Huang, Xu and Yu, "Bidirectional LSTM-CRF models for sequence tagging", 2015; Lample et
///   al., "Neural architectures for named entity recognition", 2016; Ma and Hovy, "End-to-end
///   sequence labeling via bi-directional LSTM-CNNs-CRF", 2016.
public struct TaggerArchitecture: Hashable, Codable, Sendable {
  /// What reads the characters of a word.
  public enum Spelling: String, CaseIterable, Hashable, Codable, Sendable {
    /// Nothing.
    case none
    /// Recurrent layers in both directions; their last outputs.
    case recurrent
    /// Convolutions over three characters; the largest of each.
    case convolution
  }

  /// What makes tags of scores.
  public enum Output: String, CaseIterable, Hashable, Codable, Sendable {
    /// A chain in which neighbouring tags know each other.
    case crf
    /// Each word by itself.
    case softmax
  }

  public var cell: RecurrentEncoder.Cell

  /// Whether the layers read in both directions.
  public var isBidirectional: Bool

  /// The length of a word's vector.
  public var embeddingSize: Int

  /// The units of a recurrent layer in each direction.
  public var hiddenSize: Int

  public var layerCount: Int
  public var spelling: Spelling

  /// The length of a character's vector.
  public var characterSize: Int

  /// The units that read characters, in each direction, or the filters.
  public var characterHiddenSize: Int

  /// The length of the vector of a feature's value.
  public var featureSize: Int

  public var output: Output

  /// The dropout on the vectors of words and on the outputs.
  public var dropout: Float

  /// The share of words that are replaced by the unknown word in training.
  public var wordDropout: Float

  /// What sets the recurrent cells apart from plain ones; nil for plain ones.
  ///
  /// What reads the characters of a word has plain ones.
  public var variant: LSTMCell.Variant?

  public init(
    cell: RecurrentEncoder.Cell = .lstm, isBidirectional: Bool = true, embeddingSize: Int = 100,
    hiddenSize: Int = 200, layerCount: Int = 1, spelling: Spelling = .recurrent,
    characterSize: Int = 25, characterHiddenSize: Int = 25, featureSize: Int = 20,
    output: Output = .crf, dropout: Float = 0.5, wordDropout: Float = 0.1,
    variant: LSTMCell.Variant? = nil
  ) {
    self.cell = cell
    self.isBidirectional = isBidirectional
    self.embeddingSize = embeddingSize
    self.hiddenSize = hiddenSize
    self.layerCount = layerCount
    self.spelling = spelling
    self.characterSize = characterSize
    self.characterHiddenSize = characterHiddenSize
    self.featureSize = featureSize
    self.output = output
    self.dropout = dropout
    self.wordDropout = wordDropout
    self.variant = variant
  }

  /// The name as it is written in text, such as `BiLSTM-CRF`.
  public var title: String {
    (isBidirectional ? "Bi" : "") + cell.title + (output == .crf ? "-CRF" : "")
  }

  var encoder: RecurrentEncoder.Configuration {
    RecurrentEncoder.Configuration(
      cell, hiddenSize: hiddenSize, layerCount: layerCount, isBidirectional: isBidirectional,
      dropout: dropout, variant: variant ?? .plain)
  }

  var speller: RecurrentEncoder.Configuration {
    RecurrentEncoder.Configuration(cell, hiddenSize: characterHiddenSize, isBidirectional: true)
  }

  /// The length of what is known of a word's spelling.
  var spellingSize: Int {
    switch spelling {
    case .none: 0
    case .recurrent: 2 * characterHiddenSize
    case .convolution: characterHiddenSize
    }
  }

  /// The length of all that is known of a word with so many features.
  func inputSize(features: Int) -> Int { embeddingSize + spellingSize + features * featureSize }
}
