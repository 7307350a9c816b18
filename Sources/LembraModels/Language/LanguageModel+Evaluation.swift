public import LembraData
import LembraLayers
public import LembraTensor
public import LembraTraining

extension LanguageModel {
  /// How a model goes on learning while it is judged (Krause, Kahembwe, Murray and Renals, "Dynamic
  /// evaluation of neural sequence models", 2018): after each chunk has been predicted, the weights
  /// move against its gradient, and back towards those they began with.
  ///
  ///     θ ← θ - learningRate · g / √(mean squared gradient + ε) + decay · (θ₀ - θ)
  ///
  /// The mean squared gradient is taken over the chunks so far.
  public struct DynamicEvaluation: Hashable, Codable, Sendable {
    public var learningRate: Double
    public var decay: Double

    /// The tokens of a chunk.
    public var steps: Int

    /// - Precondition: numbers are not negative, and `steps ≥ 1`.
    public init(learningRate: Double = 5e-5, decay: Double = 0.002, steps: Int = 20) {
      precondition(
        learningRate >= 0 && decay >= 0 && decay <= 1 && steps >= 1,
        "DynamicEvaluation: rate \(learningRate), decay \(decay), \(steps) steps")
      self.learningRate = learningRate
      self.decay = decay
      self.steps = steps
    }
  }

  /// How well the model predicts a text: every token but the very first, from all before it.
  ///
  /// - Parameters:
  ///   - corpus: the tokens of the text.
  ///   - streams: how many parts of the text are read side by side. With 1, the default, every token
  ///     is predicted from all before it. With more, which is faster, each part but the first begins
  ///     after reading 256 tokens before it.
  /// - Returns: the scores.
  /// - Throws: `LembraError` when the text is too short.
  public func scores(
    of corpus: TokenCorpus, streams: Int = 1
  ) throws(LembraError) -> LanguageScores {
    let batches = try LanguageBatches(corpus, streams: streams, steps: 128, warmUp: 256)
    var state: [Tensor]?
    var total = 0.0
    for batch in batches {
      let (rows, next) = network.hidden(batch.inputs, layout: batch.layout, from: state)
      state = next
      guard batch.isCounted else { continue }
      total += sum(of: rows, batch.targets)
    }
    return LanguageScores(
      negativeLogLikelihood: total, tokens: batches.predictionCount,
      characters: characters(of: corpus))
  }

  /// How well the model predicts a text from which it goes on learning.
  ///
  /// - Throws: `LembraError` when the text is too short, when what was learnt is no longer finite, or
  ///   when the model runs at `int8`, at which nothing is learnt.
  public func scores(
    of corpus: TokenCorpus, adapting dynamic: DynamicEvaluation
  ) throws(LembraError) -> LanguageScores {
    let precision = network.encoder.precision
    try require(
      precision.hasGradients, "a model that runs at \(precision.rawValue) cannot go on learning",
      "choose float32 or bfloat16", "precision")
    let batches = try LanguageBatches(corpus, streams: 1, steps: dynamic.steps)
    var adapted = AdaptedNetwork(network, dynamic)
    var state: [Tensor]?
    var total = 0.0
    for batch in batches {
      total += adapted.predict(batch, &state)
      guard total.isFinite else {
        throw LembraError(
          .notFinite, "the loss is \(total) after adapting to a part of the text",
          remedy: "lower the learning rate of the dynamic evaluation",
          at: .init(file: corpus.file))
      }
    }
    return LanguageScores(
      negativeLogLikelihood: total, tokens: batches.predictionCount,
      characters: characters(of: corpus))
  }

  /// The summed losses of rows, a part of which have their scores at a time.
  ///
  /// In double precision, element by element, so that it does not depend on how rows were cut into
  /// batches.
  private func sum(of rows: Tensor, _ targets: [Int]) -> Double {
    var total = 0.0
    for start in stride(from: 0, to: targets.count, by: 256) {
      let part = start..<min(start + 256, targets.count)
      let losses = network.logits(rows.rows(part)).crossEntropies(Array(targets[part]))
      total = losses.array.reduce(total) { $0 + Double($1) }
    }
    return total
  }

  /// The characters that the tokens of a corpus stand for; none where tokens leave some of them out.
  private func characters(of corpus: TokenCorpus) -> Int {
    tokenizer.kind == .words ? 0 : corpus.characterCount
  }
}

/// A network that learns from what it has just predicted.
private struct AdaptedNetwork {
  private var network: LanguageNetwork
  private let first: LanguageNetwork
  private let settings: LanguageModel.DynamicEvaluation
  private var squares: [Tensor?] = []
  private var chunks = 0

  init(_ network: LanguageNetwork, _ settings: LanguageModel.DynamicEvaluation) {
    self.network = network
    first = network
    self.settings = settings
  }

  /// Returns the summed loss of a chunk, then learns from it.
  mutating func predict(_ batch: LanguageBatch, _ state: inout [Tensor]?) -> Double {
    let before = state
    let (loss, gradients, next) = valueAndGradients(of: network) { network in
      let (rows, last) = network.hidden(batch.inputs, layout: batch.layout, from: before)
      return (network.loss(rows, batch.targets), last.map(\.detached))
    }
    state = next
    move(along: gradients)
    return Double(loss) * Double(batch.targets.count)
  }

  private mutating func move(along gradients: Gradients) {
    chunks += 1
    if squares.isEmpty { squares = gradients.values.map { $0.map { Tensor(zeros: $0.shape) } } }
    let origin = first.parameters.map(\.value)
    let (rate, decay) = (Float(settings.learningRate), Float(settings.decay))
    let count = Float(chunks)
    var (squares, index) = (squares, 0)
    network.updateParameters { _, parameter in
      defer { index += 1 }
      guard let gradient = gradients.values[index] else { return }
      let total = (squares[index] ?? Tensor(zeros: gradient.shape)) + gradient.squared()
      squares[index] = total
      let scale = (total / count + 1e-8).squareRoot()
      parameter =
        parameter - gradient / scale * rate + (origin[index] - parameter) * decay
    }
    self.squares = squares
  }
}
