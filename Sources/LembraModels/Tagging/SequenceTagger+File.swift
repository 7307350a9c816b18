import LembraFormats
import LembraLayers
public import LembraTensor

/// What the file of a tagger holds beside its weights.
private struct SequenceTaggerDescription: Codable {
  var configuration: TaggerConfiguration
  var record: TextTrainingRecord?
}

extension SequenceTagger {
  /// Writes the model to one `.safetensors` file, atomically.
  ///
  /// - Throws: `LembraError` with code `fileSystem` when the folder or the disk refuses.
  public func save(to path: String) throws {
    try ModelFile(
      task: Self.task,
      description: SequenceTaggerDescription(configuration: configuration, record: record),
      tensors: network.namedParameters()
    ).write(to: path)
  }

  /// Reads a model that ``save(to:)`` wrote.
  ///
  /// - Throws: `LembraError` with code `invalidFile` when the file is damaged, is no Lembra model or
  ///   one for another task; `notFound` or `fileSystem` when it cannot be read.
  public init(readingFrom path: String) throws(LembraError) {
    let file = try ModelFile(readingFrom: path, task: Self.task, noun: "a tagger")
    let description: SequenceTaggerDescription = try file.description()
    let configuration = description.configuration
    var constraints: TransitionConstraints?
    try ModelFile.checking(path: path) { () throws(LembraError) in
      try configuration.validate()
      constraints = try configuration.constraints()
    }
    let (architecture, sizes) = (configuration.architecture, configuration.sizes)
    let network = try file.network(weightCount: architecture.parameterCount(sizes), path: path) {
      TaggerNetwork(
        architecture, sizes, constraints: constraints, isBlank: true, key: RandomKey(seed: 0))
    }
    self.init(configuration, network: network, record: description.record)
  }
}
