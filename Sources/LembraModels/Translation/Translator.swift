import LembraData
public import LembraTensor

/// A model that turns one sequence into another: sentences into their translations, sums written as
/// text into their results, spellings into sounds.
///
///     let tokenizers = try TranslatorTokenizers(
///       training: .bytePairs, size: 6_000, sources: pairs.sources, targets: pairs.targets)
///     let translator = try Translator.train(on: pairs, validation: held, tokenizers: tokenizers).model
///     print(try translator.translate(["ein mann schläft ."])[0][0].text)
///
/// - Note: Sutskever, Vinyals and Le, "Sequence to sequence learning with neural networks", 2014;
///   Cho et al., "Learning phrase representations using RNN encoder-decoder", 2014; Bahdanau, Cho
///   and Bengio, "Neural machine translation by jointly learning to align and translate", 2014;
///   Luong, Pham and Manning, "Effective approaches to attention-based neural machine translation",
///   2015.
public struct Translator: Sendable {
  /// The task that files of translators name.
  public static let task = "translate"

  /// What makes tokens of both languages.
  public let tokenizers: TranslatorTokenizers

  public let architecture: TranslatorArchitecture
  public internal(set) var network: TranslationNetwork

  /// How the model came to be; nil before training.
  public internal(set) var record: TextTrainingRecord?

  /// Creates an untrained model whose weights `seed` names.
  ///
  /// - Throws: `LembraError` with code `invalidOption` when a size cannot be used.
  public init(
    _ architecture: TranslatorArchitecture, tokenizers: TranslatorTokenizers, seed: UInt64
  ) throws(LembraError) {
    try architecture.validate(
      sourceCount: tokenizers.source.count, targetCount: tokenizers.target.count)
    self.init(
      architecture, tokenizers: tokenizers,
      network: TranslationNetwork(
        architecture, sourceCount: tokenizers.source.count,
        targetCount: tokenizers.target.count, key: RandomKey(seed: seed).folding("weights")),
      record: nil)
  }

  init(
    _ architecture: TranslatorArchitecture, tokenizers: TranslatorTokenizers,
    network: TranslationNetwork, record: TextTrainingRecord?
  ) {
    self.architecture = architecture
    self.tokenizers = tokenizers
    self.network = network
    self.record = record
  }
}
