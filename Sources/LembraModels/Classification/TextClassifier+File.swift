import LembraData
import LembraFormats
import LembraLayers
public import LembraTensor

/// What the file of a classifier holds beside its weights.
private struct TextClassifierDescription: Codable {
  var configuration: ClassifierConfiguration
  var record: TextTrainingRecord?
}

extension TextClassifier {
  /// Writes the model to one `.safetensors` file, atomically.
  ///
  /// - Throws: `LembraError` with code `fileSystem` when the folder or the disk refuses.
  public func save(to path: String) throws {
    try ModelFile(
      task: Self.task,
      description: TextClassifierDescription(configuration: configuration, record: record),
      tensors: network.namedParameters()
    ).write(to: path)
  }

  /// Reads a model that ``save(to:)`` wrote.
  ///
  /// - Throws: `LembraError` with code `invalidFile` when the file is damaged, is no Lembra model or
  ///   one for another task; `notFound` or `fileSystem` when it cannot be read.
  public init(readingFrom path: String) throws(LembraError) {
    let file = try ModelFile(readingFrom: path, task: Self.task, noun: "a classifier of texts")
    let description: TextClassifierDescription = try file.description()
    let configuration = description.configuration
    try ModelFile.checking(path: path) { () throws(LembraError) in try configuration.validate() }
    let (tokens, classes) = (configuration.tokenizer.count, configuration.labels.count)
    let architecture = configuration.architecture
    let count = architecture.parameterCount(tokenCount: tokens, classCount: classes)
    let network = try file.network(weightCount: count, path: path) {
      ClassifierNetwork(
        architecture, tokenCount: tokens, classCount: classes, isBlank: true,
        key: RandomKey(seed: 0))
    }
    self.init(configuration, network: network, record: description.record)
  }
}
