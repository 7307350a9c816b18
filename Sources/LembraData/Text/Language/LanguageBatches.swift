public import LembraTensor

/// What a language model reads at once: some steps of streams of tokens, and the token that follows
/// each of them.
public struct LanguageBatch: Hashable, Sendable {
  /// The rows of the batch: the streams in order, each with so many steps; see `SequenceLayout`.
  public let layout: SequenceLayout

  /// The tokens, one a row, all first steps before all second steps.
  public let inputs: [Int]

  /// The token after each of the inputs.
  public let targets: [Int]

  /// Whether the streams begin here; otherwise each goes on from the state that the batch before
  /// left, rows in the order of the streams.
  public let isFirst: Bool

  /// Whether the predictions count, and not only lead up to those that do.
  public let isCounted: Bool
}

/// The tokens of a corpus as parallel streams, batch by batch, to train or to judge a language
/// model.
///
/// Dimension letters: N tokens, B streams, T steps.
///
/// N tokens are N − 1 predictions: from each token but the last, the next. Stream b is the b-th of B
/// successive runs of them; the first (N − 1) mod B streams have one more than the others. So every
/// token but the very first is predicted exactly once, none is lost at the end of a stream, and the
/// last input of a stream is followed by the first of the next.
///
/// Each batch has T steps of every stream and goes on where the one before ended. The last has what
/// is left, 1 to T steps, and for the streams with one more, that one as well.
///
/// **Judging.** With one stream, a walk over the batches with the state carried on is the loss as it
/// is defined: every token but the first is predicted from all before it. More streams are faster
/// and count the same predictions, but a stream that begins in the middle of the text knows nothing
/// of what came before. A `warmUp` mends this: one more batch ahead of the others, which does not
/// count, lets each stream but the first read so many of the tokens before its own. What the state
/// has forgotten after so many tokens is all that then differs from one stream.
public struct LanguageBatches: RandomAccessCollection, Sendable {
  private let corpus: TokenCorpus
  /// The predictions of the shortest stream.
  private let shortest: Int
  /// The number of streams that have one more.
  private let longerCount: Int

  /// B.
  public let streamCount: Int
  /// T.
  public let stepCount: Int
  /// The tokens that each stream but the first reads ahead of its own.
  public let warmUp: Int

  /// - Parameters:
  ///   - corpus: the tokens.
  ///   - streams: B.
  ///   - steps: T.
  ///   - warmUp: the tokens to read ahead, 0 when training; never more than a stream has itself.
  /// - Throws: `LembraError` when the text has no prediction for every stream.
  /// - Precondition: B and T are positive and `warmUp` is not negative.
  public init(
    _ corpus: TokenCorpus, streams: Int, steps: Int, warmUp: Int = 0
  ) throws(LembraError) {
    precondition(
      streams > 0 && steps > 0 && warmUp >= 0,
      "\(streams) streams of \(steps) steps with \(warmUp) ahead are no batches")
    guard corpus.count > 1 else {
      throw LembraError(
        .invalidData,
        "the text has \(counted(corpus.count, "token")), and to predict one from another takes two",
        remedy: "give a longer text", at: .init(file: corpus.file))
    }
    guard corpus.count - 1 >= streams else {
      throw LembraError(
        .invalidOption,
        "the text has \(corpus.count) tokens, too few for \(streams) streams side by side",
        remedy: "give a longer text, or read at most \(corpus.count - 1) streams",
        at: .init(file: corpus.file))
    }
    self.corpus = corpus
    streamCount = streams
    stepCount = steps
    (shortest, longerCount) = (corpus.count - 1).quotientAndRemainder(dividingBy: streams)
    self.warmUp = streams == 1 ? 0 : Swift.min(warmUp, shortest)
  }

  public var startIndex: Int { 0 }

  /// The number of batches, the one that warms up included.
  public var endIndex: Int {
    (warmUp > 0 ? 1 : 0) + shortest / stepCount + (shortest % stepCount == 0 ? 0 : 1)
  }

  /// The predictions that count: N − 1.
  public var predictionCount: Int { corpus.count - 1 }

  /// The tokens that stream `stream` predicts from.
  ///
  /// - Precondition: `stream` is 0 to B − 1.
  public func inputs(ofStream stream: Int) -> Range<Int> {
    precondition(stream >= 0 && stream < streamCount, "stream \(stream) is none of \(streamCount)")
    let start = stream * shortest + Swift.min(stream, longerCount)
    return start..<start + shortest + (stream < longerCount ? 1 : 0)
  }

  /// The batch at `position`.
  ///
  /// - Precondition: `position` is that of a batch.
  public subscript(position: Int) -> LanguageBatch {
    precondition(indices.contains(position), "batch \(position) is not one of \(count)")
    let isWarmUp = warmUp > 0 && position == 0
    let ranges = (0..<streamCount).map { (stream: Int) -> Range<Int> in
      let inputs = self.inputs(ofStream: stream)
      guard !isWarmUp else {
        return stream == 0 ? 0..<0 : inputs.lowerBound - warmUp..<inputs.lowerBound
      }
      let start = inputs.lowerBound + (position - (warmUp > 0 ? 1 : 0)) * stepCount
      return start..<(position == endIndex - 1 ? inputs.upperBound : start + stepCount)
    }
    let layout = SequenceLayout(lengths: ranges.map(\.count))
    // Every stream's inputs with the target of the last.
    var tokens: [Int] = []
    var starts: [Int] = []
    for range in ranges {
      starts.append(tokens.count)
      corpus.append(range.lowerBound..<range.upperBound + 1, to: &tokens)
    }
    var inputs: [Int] = []
    var targets: [Int] = []
    inputs.reserveCapacity(layout.rowCount)
    targets.reserveCapacity(layout.rowCount)
    for step in 0..<layout.stepCount {
      for place in 0..<layout.activeCounts[step] {
        let token = starts[layout.order[place]] + step
        inputs.append(tokens[token])
        targets.append(tokens[token + 1])
      }
    }
    return LanguageBatch(
      layout: layout, inputs: inputs, targets: targets, isFirst: position == 0,
      isCounted: !isWarmUp)
  }
}
