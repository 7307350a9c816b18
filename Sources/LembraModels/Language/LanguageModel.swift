public import LembraData
public import LembraTensor

/// A model of a language: how probable each token is after those before it.
///
///     let text = try TextFile(readingFrom: "shakespeare.txt")
///     let (training, validation) = try text.split(validation: .percent(10))
///     let result = try LanguageModel.train(
///       on: training, validation: validation, tokenizer: .characters(of: training.pieces()))
///     print(try result.model.generate("ROMEO:", count: 200))
///
/// - Note: Mikolov et al., "Recurrent neural network based language model", 2010; Sundermeyer,
///   Schlüter and Ney, "LSTM neural networks for language modeling", 2012.
public struct LanguageModel: Sendable {
  /// The task that files of language models name.
  public static let task = "language"

  /// What turns text into tokens and back.
  public let tokenizer: Tokenizer

  public let architecture: LanguageArchitecture
  public internal(set) var network: LanguageNetwork

  /// How the model came to be; nil before training.
  public internal(set) var record: TextTrainingRecord?

  /// Creates an untrained model whose weights `seed` names.
  ///
  /// - Throws: `LembraError` with code `invalidOption` when a size cannot be used.
  public init(
    _ architecture: LanguageArchitecture, tokenizer: Tokenizer, seed: UInt64
  ) throws(LembraError) {
    try architecture.validate(tokenCount: tokenizer.count)
    self.init(
      architecture, tokenizer: tokenizer,
      network: LanguageNetwork(
        architecture, tokenCount: tokenizer.count,
        key: RandomKey(seed: seed).folding("weights")),
      record: nil)
  }

  init(
    _ architecture: LanguageArchitecture, tokenizer: Tokenizer, network: LanguageNetwork,
    record: TextTrainingRecord?
  ) {
    self.architecture = architecture
    self.tokenizer = tokenizer
    self.network = network
    self.record = record
  }

  /// The tokens of a text, as this model reads them; what it does not know is its unknown token, where
  /// it has one.
  ///
  /// - Throws: `LembraError` when the text cannot be read.
  public func corpus(of text: TextFile) throws(LembraError) -> TokenCorpus {
    try tokenizer.corpus(of: text)
  }
}

extension Tokenizer {
  /// The tokens of a text.
  ///
  /// - Throws: `LembraError` when the text cannot be read.
  public func corpus(of text: TextFile) throws(LembraError) -> TokenCorpus {
    try TokenCorpus(text, vocabularySize: count) { piece throws(LembraError) in encode(piece) }
  }
}
