public import LembraLayers
public import LembraTensor

/// The network of a classifier: from the words of texts to a score for each class.
///
/// N is the number of texts, E the length of a word's vector, H the units of a layer and K the number
/// of classes.
public struct ClassifierNetwork: Module {
  /// The vectors of the words, `[V, E]`.
  public var embedding: Embedding

  private var reader: any TextReaderBody
  private let architecture: ClassifierArchitecture

  /// Draws a network with random weights.
  ///
  /// - Precondition: all sizes are above 0.
  public init(
    _ architecture: ClassifierArchitecture, tokenCount: Int, classCount: Int, key: RandomKey
  ) {
    self.init(
      architecture, tokenCount: tokenCount, classCount: classCount, isBlank: false, key: key)
  }

  /// A network of zeros, to be loaded, if it `isBlank`.
  init(
    _ architecture: ClassifierArchitecture, tokenCount: Int, classCount: Int, isBlank: Bool,
    key: RandomKey
  ) {
    self.architecture = architecture
    embedding = Embedding(
      tokenCount: tokenCount, outputSize: architecture.embeddingSize,
      initializer: isBlank ? .zeros : .normal(standardDeviation: 0.1),
      key: key.folding("embedding"))
    reader = architecture.reader(classCount: classCount, isBlank: isBlank, key: key)
  }

  /// The scores of each class for texts.
  ///
  /// - Parameters:
  ///   - texts: the tokens of each of N texts, none of them empty.
  ///   - dropoutKey: names the dropout masks during training; nil for none.
  ///   - unrolling: how much recurrent layers keep for the way back, and how far gradients flow.
  /// - Returns: `[N, K]`, texts in the caller's order.
  func callAsFunction(
    _ texts: [[Int]], dropoutKey: RandomKey? = nil, unrolling: Unrolling = .whole
  ) -> Tensor {
    reader.scores(
      embedded(texts, dropoutKey: dropoutKey), dropoutKey: dropoutKey, unrolling: unrolling)
  }

  /// How much each word of each text counted, where the network attends to words; nil elsewhere.
  func attention(_ texts: [[Int]]) -> [[Float]]? {
    reader.attention(embedded(texts, dropoutKey: nil))
  }

  /// The recurrent layers as the kernels run them; nil where there are none.
  package var fused: FusedNetwork? { reader.fused }

  /// This network with recurrent layers that run at a precision; nil if there are none that do.
  func running(at precision: Precision) -> ClassifierNetwork? {
    guard let reader = reader.running(at: precision) else { return nil }
    var copy = self
    copy.reader = reader
    return copy
  }

  private func embedded(_ texts: [[Int]], dropoutKey: RandomKey?) -> SequenceBatch {
    var words = embedding(sequences: texts)
    if let key = dropoutKey?.folding("embedded"), architecture.dropout > 0 {
      words = words.dropout(architecture.dropout, key: key)
    }
    return words
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("embedding", &embedding)
    reader.visitParameters(&walk)
  }
}

/// The layers of a classifier above its embedding.
private protocol TextReaderBody: Module {
  func scores(_ words: SequenceBatch, dropoutKey: RandomKey?, unrolling: Unrolling) -> Tensor
  func attention(_ words: SequenceBatch) -> [[Float]]?
  var fused: FusedNetwork? { get }
  func running(at precision: Precision) -> (any TextReaderBody)?
}

extension TextReaderBody {
  var fused: FusedNetwork? { nil }

  func running(at precision: Precision) -> (any TextReaderBody)? {
    precision == .float32 ? self : nil
  }

  func attention(_ words: SequenceBatch) -> [[Float]]? { nil }
}

private struct PerceptronReader: TextReaderBody {
  var perceptron: MLP

  func scores(_ words: SequenceBatch, dropoutKey: RandomKey?, unrolling: Unrolling) -> Tensor {
    perceptron(words.meanOverSteps(), dropoutKey: dropoutKey)
  }

  mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("perceptron", &perceptron)
  }
}

private struct ConvolutionReader: TextReaderBody {
  var convolutions: TextConvolutions
  var dropout: Dropout
  var head: Linear

  func scores(_ words: SequenceBatch, dropoutKey: RandomKey?, unrolling: Unrolling) -> Tensor {
    head(dropout(convolutions(words), key: dropoutKey?.folding("pooled")))
  }

  mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("convolutions", &convolutions)
    walk("head", &head)
  }
}

private struct RecurrentReader: TextReaderBody {
  var encoder: RecurrentEncoder
  var pooling: Pooling
  var dropout: Dropout
  var head: Linear

  var fused: FusedNetwork? { encoder.fused }

  func running(at precision: Precision) -> (any TextReaderBody)? {
    guard encoder.runs(at: precision) else { return nil }
    var copy = self
    copy.encoder = encoder.running(at: precision)
    return copy
  }

  func scores(_ words: SequenceBatch, dropoutKey: RandomKey?, unrolling: Unrolling) -> Tensor {
    let (output, _, summary) = encoder(words, dropoutKey: dropoutKey, unrolling: unrolling)
    let pooled = pooling.kind == .last ? summary : pooling(output)
    return head(dropout(pooled, key: dropoutKey?.folding("pooled")))
  }

  func attention(_ words: SequenceBatch) -> [[Float]]? {
    pooling.attention?.attending(to: encoder(words).output).weights
  }

  mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("encoder", &encoder)
    walk("pooling", &pooling)
    walk("head", &head)
  }
}

extension ClassifierArchitecture {
  fileprivate func reader(
    classCount: Int, isBlank: Bool, key: RandomKey
  ) -> any TextReaderBody {
    let linear: Initializer? = isBlank ? .zeros : nil
    func head(_ inputs: Int) -> Linear {
      Linear(
        inputSize: inputs, outputSize: classCount, initializer: linear, key: key.folding("head"))
    }
    if let encoder {
      let layers = RecurrentEncoder(
        encoder, inputSize: embeddingSize, initialization: isBlank ? .blank : .pytorch,
        key: key.folding("encoder"))
      return RecurrentReader(
        encoder: layers,
        pooling: Pooling(pooling, featureCount: layers.outputSize, key: key.folding("pooling")),
        dropout: Dropout(rate: dropout), head: head(layers.outputSize))
    }
    if kind == .cnn {
      let convolutions = TextConvolutions(
        inputSize: embeddingSize, filterCount: hiddenSize, kernelSizes: kernelSizes,
        key: key.folding("convolutions"))
      return ConvolutionReader(
        convolutions: convolutions, dropout: Dropout(rate: dropout),
        head: head(convolutions.outputSize))
    }
    return PerceptronReader(
      perceptron: MLP(
        sizes: [embeddingSize] + Array(repeating: hiddenSize, count: layerCount) + [classCount],
        dropout: dropout, initializer: linear, key: key.folding("perceptron")))
  }
}
