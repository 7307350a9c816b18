import LembraData
import LembraFormats
import LembraLayers
public import LembraTensor

/// What the file of a translator holds beside its weights.
private struct TranslatorDescription: Codable {
  var architecture: TranslatorArchitecture
  var tokenizers: TranslatorTokenizers
  var record: TextTrainingRecord?
}

extension Translator {
  /// Writes the model to one `.safetensors` file, atomically.
  ///
  /// - Throws: `LembraError` with code `fileSystem` when the folder or the disk refuses.
  public func save(to path: String) throws {
    try ModelFile(
      task: Self.task,
      description: TranslatorDescription(
        architecture: architecture, tokenizers: tokenizers, record: record),
      tensors: network.namedParameters()
    ).write(to: path)
  }

  /// Reads a model that ``save(to:)`` wrote.
  ///
  /// - Throws: `LembraError` with code `invalidFile` when the file is damaged, is no Lembra model or
  ///   one for another task; `notFound` or `fileSystem` when it cannot be read.
  public init(readingFrom path: String) throws(LembraError) {
    let file = try ModelFile(readingFrom: path, task: Self.task, noun: "a translator")
    let description: TranslatorDescription = try file.description()
    let (architecture, tokenizers) = (description.architecture, description.tokenizers)
    let (sources, targets) = (tokenizers.source.count, tokenizers.target.count)
    try ModelFile.checking(path: path) { () throws(LembraError) in
      try architecture.validate(sourceCount: sources, targetCount: targets)
    }
    let count = architecture.parameterCount(sourceCount: sources, targetCount: targets)
    let network = try file.network(weightCount: count, path: path) {
      TranslationNetwork(
        architecture, sourceCount: sources, targetCount: targets, isBlank: true,
        key: RandomKey(seed: 0))
    }
    self.init(
      architecture, tokenizers: tokenizers, network: network, record: description.record)
  }
}
