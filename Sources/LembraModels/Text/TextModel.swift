public import LembraLayers

/// What the models of texts have in common.
public protocol TextModel: Sendable {
  associatedtype Network: Module

  /// The task that files of such models name.
  static var task: String { get }

  var network: Network { get }

  /// How the model came to be; nil before training.
  var record: TextTrainingRecord? { get }

  /// Writes the model to one `.safetensors` file, atomically.
  ///
  /// - Throws: `LembraError` with code `fileSystem` when the folder or the disk refuses.
  func save(to path: String) throws
}

extension TextModel {
  /// The number of trainable numbers.
  public var parameterCount: Int { network.parameterCount }
}

extension TextClassifier: TextModel {}
extension SequenceTagger: TextModel {}
extension LanguageModel: TextModel {}
extension Translator: TextModel {}
