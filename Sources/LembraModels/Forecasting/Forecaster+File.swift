import LembraData
import LembraFormats
import LembraLayers
public import LembraTensor

/// What the file of a forecaster holds beside its weights.
private struct ForecasterDescription: Codable {
  var configuration: ForecasterConfiguration
  var scaler: Scaler
  var record: ForecastTrainingRecord?
}

extension Forecaster {
  /// The task that files of forecasters name.
  public static let task = "forecast"

  /// Writes the model to one `.safetensors` file, atomically.
  ///
  /// - Throws: `LembraError` with code `fileSystem` when the folder or the disk refuses.
  public func save(to path: String) throws {
    try ModelFile(
      task: Self.task,
      description: ForecasterDescription(
        configuration: configuration, scaler: scaler, record: record),
      tensors: network.namedParameters()
    ).write(to: path)
  }

  /// Reads a model that ``save(to:)`` wrote.
  ///
  /// - Throws: `LembraError` with code `invalidFile` when the file is damaged, is no Lembra model or
  ///   one for another task; `notFound` or `fileSystem` when it cannot be read.
  public init(readingFrom path: String) throws(LembraError) {
    let file = try ModelFile(readingFrom: path, task: Self.task, noun: "for forecasts")
    let description: ForecasterDescription = try file.description()
    let configuration = description.configuration
    try ModelFile.checking(path: path) { () throws(LembraError) in try configuration.validate() }
    guard description.scaler.columns.map(\.name) == configuration.columns else {
      throw ModelFile.inconsistent("its scaler is for other columns", path: path)
    }
    let network = try file.network(weightCount: configuration.parameterCount, path: path) {
      ForecastNetwork(zerosFor: configuration)
    }
    self.init(
      configuration: configuration, scaler: description.scaler, network: network,
      record: description.record)
  }
}
