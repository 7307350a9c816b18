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
    let file = try ModelFile(readingFrom: path)
    guard file.task == Self.task else {
      throw LembraError(
        .invalidFile, "this is a model for the task \(file.task), and not for forecasts",
        remedy: "give a model made by train forecast", at: .init(file: path))
    }
    let description: ForecasterDescription = try file.description()
    let configuration = description.configuration
    // The sizes are judged before a network is built from them.
    let count = file.tensors.values.reduce(0) { $0 + $1.shape.count }
    do {
      try configuration.validate()
    } catch {
      throw Self.inconsistent(
        "its \(error.location.name ?? "configuration"): \(error.message)", path)
    }
    guard configuration.parameterCount == count else {
      throw Self.inconsistent("\(count) weights do not make the network it describes", path)
    }
    guard description.scaler.columns.map(\.name) == configuration.columns else {
      throw Self.inconsistent("its scaler is for other columns", path)
    }
    try Self.checkFinite(file, path)
    self.init(
      configuration: configuration, scaler: description.scaler,
      network: ForecastNetwork(zerosFor: configuration), record: description.record)
    try load(file, path)
  }

  private static func checkFinite(_ file: ModelFile, _ path: String) throws(LembraError) {
    for (name, tensor) in file.tensors.sorted(by: { $0.key < $1.key }) {
      guard let index = tensor.firstNotFinite else { continue }
      throw LembraError(
        .invalidFile, "the weight at \(index) is \(tensor.elements[index])",
        remedy: "train the model again, or use an undamaged copy",
        at: .init(file: path, name: name))
    }
  }

  private mutating func load(_ file: ModelFile, _ path: String) throws(LembraError) {
    do {
      try network.load(file.tensors)
    } catch {
      var error = error
      error.location.file = path
      throw error
    }
  }

  private static func inconsistent(_ what: String, _ path: String) -> LembraError {
    LembraError(
      .invalidFile, "the model is inconsistent: \(what)",
      remedy: "train the model again, or use an undamaged copy", at: .init(file: path))
  }
}
