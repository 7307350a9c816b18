import LembraData
import LembraFormats
import LembraLayers
public import LembraTensor

/// What the file of a language model holds beside its weights.
private struct LanguageModelDescription: Codable {
  var architecture: LanguageArchitecture
  var tokenizer: Tokenizer
  var record: TextTrainingRecord?
}

extension LanguageModel {
  /// Writes the model to one `.safetensors` file, atomically.
  ///
  /// - Throws: `LembraError` with code `fileSystem` when the folder or the disk refuses.
  public func save(to path: String) throws {
    try ModelFile(
      task: Self.task,
      description: LanguageModelDescription(
        architecture: architecture, tokenizer: tokenizer, record: record),
      tensors: network.namedParameters()
    ).write(to: path)
  }

  /// Reads a model that ``save(to:)`` wrote.
  ///
  /// - Throws: `LembraError` with code `invalidFile` when the file is damaged, is no Lembra model or
  ///   one for another task; `notFound` or `fileSystem` when it cannot be read.
  public init(readingFrom path: String) throws(LembraError) {
    let file = try ModelFile(readingFrom: path, task: Self.task, noun: "a language model")
    let description: LanguageModelDescription = try file.description()
    let (architecture, tokens) = (description.architecture, description.tokenizer.count)
    try ModelFile.checking(path: path) { () throws(LembraError) in
      try architecture.validate(tokenCount: tokens)
    }
    let count = architecture.parameterCount(tokenCount: tokens)
    let network = try file.network(weightCount: count, path: path) {
      LanguageNetwork(architecture, tokenCount: tokens, isBlank: true, key: RandomKey(seed: 0))
    }
    self.init(
      architecture, tokenizer: description.tokenizer, network: network,
      record: description.record)
  }
}
