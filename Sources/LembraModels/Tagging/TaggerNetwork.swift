public import LembraLayers
import LembraTensor

/// The network of a tagger: from words to a score for each tag of each word, and the chain of tags.
public struct TaggerNetwork: Module {
  /// The vectors of the words.
  public var words: Embedding

  /// The vectors of the characters, where spelling is read.
  public var characters: Embedding?

  private var speller: RecurrentEncoder?
  private var convolution: Convolution?

  /// The vectors of each feature's values.
  public var features: [Embedding]

  private var encoder: RecurrentEncoder
  private var head: Linear

  /// The chain, where there is one.
  public var chain: LinearChainCRF?

  private let dropout: Dropout

  /// The numbers of what a network tells apart.
  struct Sizes: Hashable {
    var words: Int
    var characters: Int
    var features: [Int]
    var tags: Int
  }

  /// Draws a network with random weights, or makes one of zeros, to be loaded, if it `isBlank`.
  init(
    _ architecture: TaggerArchitecture, _ sizes: Sizes, constraints: TransitionConstraints?,
    isBlank: Bool = false, key: RandomKey
  ) {
    let start: RecurrentInitialization = isBlank ? .blank : .pytorch
    func table(_ count: Int, _ size: Int, _ bound: Float, _ name: String) -> Embedding {
      Embedding(
        tokenCount: count, outputSize: size,
        initializer: isBlank ? .zeros : .uniform(bound: bound), key: key.folding(name))
    }
    // Uniform with the variance 1 / size, as word vectors that were learnt elsewhere have it.
    func bound(_ size: Int) -> Float { (3 / Float(size)).squareRoot() }
    words = table(
      sizes.words, architecture.embeddingSize, bound(architecture.embeddingSize), "words")
    if architecture.spelling != .none {
      characters = table(
        sizes.characters, architecture.characterSize, bound(architecture.characterSize) * 2,
        "characters")
    }
    switch architecture.spelling {
    case .none: break
    case .recurrent:
      speller = RecurrentEncoder(
        architecture.speller, inputSize: architecture.characterSize, initialization: start,
        key: key.folding("speller"))
    case .convolution:
      convolution = Convolution(
        inputSize: architecture.characterSize, outputSize: architecture.characterHiddenSize,
        kernelSize: 3, padding: .same, key: key.folding("convolution"))
    }
    features = sizes.features.enumerated().map { index, count in
      table(
        count, architecture.featureSize, bound(architecture.featureSize) * 2, "feature \(index)")
    }
    encoder = RecurrentEncoder(
      architecture.encoder, inputSize: architecture.inputSize(features: sizes.features.count),
      initialization: start, key: key.folding("encoder"))
    head = Linear(
      inputSize: encoder.outputSize, outputSize: sizes.tags,
      initializer: isBlank ? .zeros : nil, key: key.folding("head"))
    if architecture.output == .crf {
      chain = LinearChainCRF(
        tagCount: sizes.tags, constraints: constraints,
        initializer: isBlank ? .zeros : .uniform(bound: 0.1), key: key.folding("chain"))
    }
    dropout = Dropout(rate: architecture.dropout)
  }

  /// The scores of each tag for each word.
  func emissions(
    _ batch: TaggerBatch, dropoutKey: RandomKey? = nil, unrolling: Unrolling = .whole
  ) -> SequenceBatch {
    var parts = [words(batch.words)]
    if let spelled = spelled(batch) { parts.append(spelled) }
    for (table, values) in zip(features, batch.features) { parts.append(table(values)) }
    let layout = batch.layout
    var input = SequenceBatch(
      rows: parts.count == 1 ? parts[0] : Tensor(concatenatingColumns: parts), layout: layout)
    if let key = dropoutKey?.folding("input"), dropout.rate > 0 {
      input = input.dropout(dropout.rate, key: key)
    }
    var output = encoder(input, dropoutKey: dropoutKey, unrolling: unrolling).output
    if let key = dropoutKey?.folding("output"), dropout.rate > 0 {
      output = output.dropout(dropout.rate, key: key)
    }
    return output.replacing(rows: head(output.rows))
  }

  /// The layers that read words, as the kernels run them.
  package var fused: FusedNetwork? { encoder.fused }

  /// This network with recurrent layers, those that spell among them, that run at a precision; nil if
  /// some do not.
  func running(at precision: Precision) -> TaggerNetwork? {
    guard encoder.runs(at: precision), speller?.runs(at: precision) ?? true else { return nil }
    var copy = self
    copy.encoder = encoder.running(at: precision)
    copy.speller = speller?.running(at: precision)
    return copy
  }

  /// What is known of the spelling of each word, from that of each distinct one.
  private func spelled(_ batch: TaggerBatch) -> Tensor? {
    guard let characters else { return nil }
    let layout = SequenceLayout(lengths: batch.spellings.map(\.count))
    let letters = layout.interleaving(batch.spellings)
    let distinct: Tensor
    if let convolution {
      let rows = characters(letters)
      distinct = convolution(SequenceBatch(rows: rows, layout: layout)).maximumOverSteps()
    } else if let speller {
      distinct = speller(characters.indexed(letters, layout: layout)).summary
    } else {
      return nil
    }
    return distinct.gatheringRows(batch.spellingOfRow)
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("words", &words)
    walk("characters", &characters)
    walk("speller", &speller)
    walk("convolution", &convolution)
    walk("features", &features)
    walk("encoder", &encoder)
    walk("head", &head)
    walk("chain", &chain)
  }
}

/// Sentences as a tagger's network reads them, a row for each word.
struct TaggerBatch: Codable {
  let layout: SequenceLayout
  let words: [Int]

  /// The value of each feature, one a row.
  let features: [[Int]]

  /// The characters of each distinct word, none of them empty.
  let spellings: [[Int]]

  /// The distinct word of each row.
  let spellingOfRow: [Int]
}
