import LembraTraining

/// The layers and the training that suit tokens, a text and a time, where nothing else is asked for.
///
/// A text that is read only a few times is learnt best by a small network that drops little; one that
/// is read again and again by one that drops much, or it would be learnt by heart.
public struct LanguagePlan: Hashable, Sendable {
  public let architecture: LanguageArchitecture
  public let options: TextTrainingOptions

  /// The steps through which gradients flow.
  public let steps: Int

  /// - Parameters:
  ///   - isOfCharacters: whether tokens are characters.
  ///   - characterCount: the characters of the text to learn from.
  ///   - minutes: the time for training; nil for as long as the epochs take.
  ///   - epochs: the most passes over the text; nil for as many as the time is enough for, or 10.
  public init(isOfCharacters: Bool, characterCount: Int, minutes: Double?, epochs: Int? = nil) {
    let possible = minutes.map { $0 * Self.charactersPerMinute / Double(max(characterCount, 1)) }
    let most = epochs ?? 10
    let passes = possible.map { epochs == nil ? $0 : min($0, Double(most)) } ?? Double(most)
    let effort = Effort(passes: passes, characterCount: characterCount)
    architecture = LanguageArchitecture(
      embeddingSize: isOfCharacters ? 128 : 256, hiddenSize: effort.hiddenSize,
      tiesEmbeddings: !isOfCharacters, dropout: effort.dropout, weightDrop: effort.weightDrop)
    // Few streams and short chunks make many steps of what time there is.
    options = TextTrainingOptions(
      learningRate: 0.003, schedule: .warmup(length: 20, then: .cosine(end: effort.lastRate)),
      weightDecay: effort.weightDecay, clipping: GradientClipping(norm: 1), epochs: most,
      minutes: minutes, batchSize: 16, averagedEpochs: effort.averagedEpochs)
    steps = 32
  }

  /// About what two cores learn from in a minute.
  private static let charactersPerMinute = 700_000.0

  /// What is spent on a text, and what keeps a network from learning it by heart.
  private struct Effort {
    var hiddenSize: Int
    var dropout: Float = 0.1
    var weightDrop: Float = 0
    var weightDecay = 0.01
    var lastRate = 0.02
    var averagedEpochs: Double?

    init(passes: Double, characterCount: Int) {
      // A short text has too little to tell for a larger network, and no network of these sizes learns
      // a long one by heart in a few passes.
      let (isShort, isLong) = (characterCount < 200_000, characterCount > 10_000_000)
      hiddenSize = passes < 5 || isShort ? 512 : 768
      if passes < 5 || isLong { return }
      dropout = 0.4
      if passes < 12 { return }
      // A smaller network is read so much more often in the same time that it ends as low.
      hiddenSize = 512
      (dropout, weightDrop, weightDecay) = (0.35, 0.35, 0.05)
      // Weights that go on moving, and their average, are better than weights that come to rest.
      (lastRate, averagedEpochs) = (0.15, 2.5)
    }
  }
}
