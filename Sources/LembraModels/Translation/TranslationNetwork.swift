public import LembraLayers
public import LembraTensor

/// The network of a translator: from source tokens, and the target tokens so far, to a score for
/// each target token that may follow.
///
/// N is the number of sentences, E the length of a token's vector, M the size of what the encoder
/// makes of a token, R that of the decoder's output and V the number of target tokens.
public struct TranslationNetwork: Module {
  /// The vectors of the source tokens.
  public var source: Embedding

  /// The vectors of the target tokens, `[V, E]`.
  public var target: Embedding

  public var encoder: RecurrentEncoder

  /// From what the encoder knows of a sentence to the decoder's first state: `tanh(W s + b)` for the
  /// output of each layer and, if cells remember more than that, for its cell vector.
  public var bridges: [Linear]

  public var decoder: AttentionDecoder

  /// From R to the scores, where embeddings are not tied.
  public var head: Linear?

  /// The bias of the scores where embeddings are tied, `[V]`.
  public var bias: Tensor?

  private let architecture: TranslatorArchitecture

  /// Draws a network with random weights.
  ///
  /// - Precondition: the architecture is valid.
  init(
    _ architecture: TranslatorArchitecture, sourceCount: Int, targetCount: Int,
    isBlank: Bool = false, key: RandomKey
  ) {
    self.architecture = architecture
    let width = architecture.embeddingSize
    // So small that a tied score does not depend on it at first.
    let table: Initializer =
      isBlank ? .zeros : .normal(standardDeviation: 1 / Float(width).squareRoot())
    let linear: Initializer? = isBlank ? .zeros : nil
    let cells: RecurrentInitialization = isBlank ? .blank : .pytorch
    source = Embedding(
      tokenCount: sourceCount, outputSize: width, initializer: table, key: key.folding("source"))
    target = Embedding(
      tokenCount: targetCount, outputSize: width, initializer: table, key: key.folding("target"))
    encoder = RecurrentEncoder(
      architecture.encoder, inputSize: width, initialization: cells, key: key.folding("encoder"))
    decoder = AttentionDecoder(
      architecture.decoder, initialization: cells, initializer: linear,
      key: key.folding("decoder"))
    let sizes = repeatElement(
      architecture.decoder.firstStateSizes, count: architecture.decoderLayers)
    bridges = sizes.joined().enumerated().map { index, size in
      Linear(
        inputSize: architecture.memorySize, outputSize: size,
        initializer: linear, key: key.folding("bridge").folding(index))
    }
    if architecture.tiesEmbeddings {
      bias = Tensor(zeros: [targetCount])
    } else {
      head = Linear(
        inputSize: architecture.decoder.outputSize, outputSize: targetCount, initializer: linear,
        key: key.folding("head"))
    }
  }

  /// Whether sources are read from their end.
  var reversesSource: Bool { architecture.reversesSource }

  /// Sources that were read.
  struct Sources: Sendable {
    /// What the encoder makes of each token.
    var memory: SequenceBatch

    /// What it knows of each sentence as a whole, `[N, M]`, in the caller's order.
    var summary: Tensor
  }

  /// Reads sources.
  ///
  /// - Parameters:
  ///   - sources: the tokens of each; none is empty.
  ///   - dropoutKey: names the dropout masks during training; nil for none.
  ///   - unrolling: how much the encoder keeps for the way back, and how far gradients flow.
  /// - Returns: what the encoder makes of them.
  func read(
    _ sources: [[Int]], dropoutKey: RandomKey? = nil, unrolling: Unrolling = .whole
  ) -> Sources {
    let layout = SequenceLayout(lengths: sources.map(\.count))
    let ordered = architecture.reversesSource ? sources.map { $0.reversed() } : sources
    let words = SequenceBatch(rows: source(layout.interleaving(ordered)), layout: layout)
    let (output, _, last) = encoder(
      dropped(words, dropoutKey?.folding("source")), dropoutKey: dropoutKey,
      unrolling: unrolling)
    let memory = dropped(output, dropoutKey?.folding("memory"))
    // Attention finds the rest by itself; without it the last states have to tell everything.
    let summary = architecture.context.attention == nil ? last : memory.meanOverSteps()
    return Sources(memory: memory, summary: summary)
  }

  /// The decoder's state before the first step.
  ///
  /// - Parameters:
  ///   - sources: what is translated.
  ///   - order: the source of each row, by its index in the caller's order.
  /// - Returns: the state, a row for each of `order`.
  func firstState(_ sources: Sources, order: [Int]) -> DecoderState {
    let positions = sources.memory.layout.positions
    let summary = sources.summary.gatheringRows(order)
    let states = bridges.map { tanh($0(summary)) }
    let count = states.count / architecture.decoderLayers
    return decoder.state(
      stride(from: 0, to: states.count, by: count).map { Array(states[$0..<$0 + count]) },
      segments: order.map { positions[$0] }, summary: summary)
  }

  /// What maps rows to the scores of every target token.
  private var scoring: (weight: Tensor, bias: Tensor?) {
    head.map { ($0.weight, $0.bias) } ?? (target.weight, bias)
  }

  /// The map to the scores of every target token, for many applications.
  var repeatedLogits: RepeatedAffine { RepeatedAffine(scoring.weight, scoring.bias) }

  /// The scores of every target token that may follow each row, `[rows, V]`.
  func logits(_ rows: Tensor) -> Tensor {
    rows.affine(scoring.weight, scoring.bias)
  }

  /// What the scores of a target's tokens are made of, when the tokens before each are known.
  ///
  /// - Parameters:
  ///   - inputs: the tokens before each token of each target, the first standing for the start.
  ///   - layout: how their steps are laid out.
  ///   - sources: what is translated, in the same order.
  ///   - dropoutKey: names the dropout masks during training; nil for none.
  /// - Returns: a row for each token, in the order of the layout.
  func taught(
    _ inputs: [[Int]], layout: SequenceLayout, from sources: Sources, dropoutKey: RandomKey? = nil
  ) -> Tensor {
    let words = SequenceBatch(rows: target(layout.interleaving(inputs)), layout: layout)
    let rows = decoder.outputs(
      dropped(words, dropoutKey?.folding("target")),
      from: firstState(sources, order: layout.order), reading: sources.memory,
      dropoutKey: dropoutKey?.folding("decoder"))
    return dropped(words.replacing(rows: rows), dropoutKey?.folding("output")).rows
  }

  /// The mean cross entropy of target tokens; see ``taught(_:layout:from:dropoutKey:)``.
  func loss(_ rows: Tensor, _ targets: [Int], labelSmoothing: Float) -> Tensor {
    rows.affineCrossEntropy(
      scoring.weight, scoring.bias, targets: targets, labelSmoothing: labelSmoothing)
  }

  private func dropped(_ batch: SequenceBatch, _ key: RandomKey?) -> SequenceBatch {
    guard let key, architecture.dropout > 0 else { return batch }
    return batch.dropout(architecture.dropout, key: key)
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("source", &source)
    walk("target", &target)
    walk("encoder", &encoder)
    walk("bridges", &bridges)
    walk("decoder", &decoder)
    walk("head", &head)
    walk("bias", &bias)
  }
}
