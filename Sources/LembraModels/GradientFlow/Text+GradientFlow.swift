public import LembraData
import LembraLayers
import LembraTensor
import LembraTraining

extension TextClassifier {
  /// How far the gradients of the loss of a text reach back in it.
  ///
  /// Where words are pooled, all of them reach the loss directly, and not only through the last one.
  ///
  /// - Parameters:
  ///   - texts: texts with labels that the model knows.
  ///   - most: the most texts that are read, evenly spread.
  /// - Returns: the gradients by layer and distance from the end of a text.
  /// - Throws: `LembraError` when a label is unknown or the network has no recurrent layers.
  /// - Precondition: `most ≥ 1`.
  public func gradientFlow(on texts: LabelledTexts, atMost most: Int = 256) throws -> GradientFlow {
    let examples = try ClassifiedTexts(texts, configuration)
      .chosen(spread(texts.count, atMost: most))
    let buckets = LengthBuckets(lengths: examples.tokens.map(\.count), limit: .sequences(64))
    return try GradientFlow(network, buckets.inOrder(), count: examples.count) { network, batch in
      let scores = network(batch.map { examples.tokens[$0] })
      return examples.loss(scores, of: batch, classWeights: nil, smoothing: 0) * Float(batch.count)
    }
  }
}

extension SequenceTagger {
  /// How far the gradients of the loss of a word reach back in its sentence.
  ///
  /// It is the last word for layers that read forward and the first for those that read backward, and
  /// the cross entropy of its scores alone, without the chain of tags.
  ///
  /// - Parameters:
  ///   - sentences: sentences with tags that the model knows.
  ///   - most: the most sentences that are read, evenly spread.
  /// - Returns: the gradients by layer and distance from that word.
  /// - Throws: `LembraError` when tags are missing or unknown.
  /// - Precondition: `most ≥ 1`.
  public func gradientFlow(
    on sentences: TaggedSentences, atMost most: Int = 256
  ) throws -> GradientFlow {
    try sentences.requireTags(featureCount: configuration.features.count)
    let learnt = configuration.fileScheme == nil ? sentences : sentences.converted(to: .bioes)
    let examples = try EncodedSentences(tagged: learnt, configuration)
    let chosen = spread(examples.count, atMost: most)
    let lengths = chosen.map { examples.range($0).count }
    let batches = LengthBuckets(lengths: lengths, limit: .sequences(64)).inOrder()
    let passes = batches.flatMap { batch in
      [Direction.forward, .backward].map { (sentences: batch.map { chosen[$0] }, end: $0) }
    }
    var norms = GradientNorms()
    for pass in passes {
      let probe = RecurrentProbe()
      _ = valueAndGradients(of: network.probed(by: probe)) { network in
        let batch = examples.batch(pass.sentences)
        let layout = batch.layout
        let tags = examples.tags(of: pass.sentences, in: layout)
        let rows = pass.end == .forward ? layout.lastRows : Array(0..<layout.batchCount)
        return network.emissions(batch).rows.gatheringRows(rows)
          .crossEntropy(rows.map { tags[$0] }) * Float(rows.count)
      }
      norms.add(probe) { $0.layer.hasPrefix("encoder") && $0.direction == pass.end }
    }
    return try GradientFlow(norms, count: chosen.count)
  }
}

extension LanguageModel {
  /// How far the gradients of the loss of a token reach back in the text before it.
  ///
  /// The text is read as streams, in pieces of `steps` tokens that begin with the state which the
  /// piece before has left; the loss is that of the token after the last of a piece.
  ///
  /// - Parameters:
  ///   - corpus: the tokens of a text.
  ///   - steps: the steps of a piece.
  ///   - most: the most pieces that are read.
  /// - Returns: the gradients by layer and distance from the last step of a piece.
  /// - Throws: `LembraError` when the text is too short.
  /// - Precondition: `steps ≥ 1` and `most ≥ 1`.
  public func gradientFlow(
    on corpus: TokenCorpus, steps: Int = 64, atMost most: Int = 256
  ) throws -> GradientFlow {
    precondition(steps >= 1 && most >= 1, "gradientFlow: \(most) pieces of \(steps) steps")
    let streams = max(1, min(32, most, (corpus.count - 1) / steps))
    let batches = try LanguageBatches(corpus, streams: streams, steps: steps)
    let read = batches.prefix(max(1, most / streams))
    var state: [Tensor]?
    return try GradientFlow(network, read, count: read.count * streams) { network, batch in
      let (rows, next) = network.hidden(batch.inputs, layout: batch.layout, from: state)
      state = next.map(\.detached)
      let last = batch.layout.lastRows
      return network.loss(rows.gatheringRows(last), last.map { batch.targets[$0] })
        * Float(last.count)
    }
  }
}

extension Translator {
  /// How far the gradients of the loss of a translation reach back in the source, within the layers
  /// that read it.
  ///
  /// Attention brings them to every token of the source directly, and not only to the last one.
  ///
  /// - Parameters:
  ///   - pairs: sources and their translations.
  ///   - most: the most pairs that are read, evenly spread.
  /// - Returns: the gradients by layer and distance from the end of a source, in the order in which it
  ///   is read.
  /// - Throws: `LembraError` when there are no pairs.
  /// - Precondition: `most ≥ 1`.
  public func gradientFlow(on pairs: ParallelTexts, atMost most: Int = 256) throws -> GradientFlow {
    let encoded = EncodedPairs(pairs, tokenizers)
    let chosen = spread(encoded.count, atMost: most)
    let lengths = chosen.map { encoded.stepCounts[$0] }
    let batches = LengthBuckets(lengths: lengths, limit: .sequences(32)).inOrder()
    return try GradientFlow(
      network, batches, count: chosen.count, where: { $0.layer.hasPrefix("encoder") }
    ) { network, indices in
      let batch = encoded.batch(indices.map { chosen[$0] })
      let rows = network.taught(
        batch.inputs, layout: batch.layout, from: network.read(batch.sources))
      return network.loss(rows, batch.targets, labelSmoothing: 0) * Float(batch.targets.count)
    }
  }
}

extension SequenceLayout {
  /// The row of the last step of each sequence, in the layout's order.
  fileprivate var lastRows: [Int] {
    lengths.enumerated().map { position, length in offsets[length - 1] + position }
  }
}
