import LembraTraining

/// The layers and the training that suit tokens and a time, where nothing else is asked for.
public struct LanguagePlan: Hashable, Sendable {
  public let architecture: LanguageArchitecture
  public let options: TextTrainingOptions

  /// The steps through which gradients flow.
  public let steps: Int

  /// - Parameters:
  ///   - isOfCharacters: whether tokens are characters.
  ///   - minutes: the time for training; nil for a number of epochs.
  public init(isOfCharacters: Bool, minutes: Double?) {
    architecture = LanguageArchitecture(
      embeddingSize: isOfCharacters ? 128 : 256, hiddenSize: 512,
      tiesEmbeddings: !isOfCharacters, dropout: 0.1)
    // Few streams and short chunks make many steps of what time there is.
    options = TextTrainingOptions(
      learningRate: 0.003, schedule: .warmup(length: 20, then: .cosine(end: 0.02)),
      clipping: GradientClipping(norm: 1), epochs: 10, minutes: minutes, batchSize: 16)
    steps = 32
  }
}
