public import LembraLayers
public import LembraTensor
import LembraTraining

// What a model of each task says at a precision below single, with the same weights. Nothing is
// written to a file: a model that was read runs at float32 until it is asked for less.

extension Forecaster {
  /// This model with recurrent layers that run at a precision.
  ///
  /// - Throws: `LembraError` with code `invalidOption` when its network does not run so: one without
  ///   recurrent layers, or with variants of cells.
  public func running(at precision: Precision) throws(LembraError) -> Forecaster {
    try reduced(to: precision)
  }
}

extension TextClassifier {
  /// This model with recurrent layers that run at a precision; see ``Forecaster/running(at:)``.
  ///
  /// - Throws: `LembraError` with code `invalidOption` when its network does not run so.
  public func running(at precision: Precision) throws(LembraError) -> TextClassifier {
    try reduced(to: precision)
  }
}

extension SequenceTagger {
  /// This model with recurrent layers that run at a precision; see ``Forecaster/running(at:)``.
  ///
  /// - Throws: `LembraError` with code `invalidOption` when its network does not run so.
  public func running(at precision: Precision) throws(LembraError) -> SequenceTagger {
    try reduced(to: precision)
  }
}

extension LanguageModel {
  /// This model with recurrent layers that run at a precision; see ``Forecaster/running(at:)``.
  ///
  /// - Throws: `LembraError` with code `invalidOption` when its network does not run so.
  public func running(at precision: Precision) throws(LembraError) -> LanguageModel {
    try reduced(to: precision)
  }
}

// MARK: - What they share

/// A model whose recurrent layers may run with products of fewer bits.
protocol PrecisionModel {
  associatedtype Network: PrecisionNetwork

  var network: Network { get set }

  /// What the layers are called in a message.
  var layersTitle: String { get }
}

/// A network whose recurrent layers may run with products of fewer bits.
protocol PrecisionNetwork: Module {
  /// This network with recurrent layers that run at a precision; nil if they do not.
  func running(at precision: Precision) -> Self?
}

extension PrecisionModel {
  fileprivate func reduced(to precision: Precision) throws(LembraError) -> Self {
    guard let network = network.running(at: precision) else {
      throw LembraError(
        .invalidOption,
        "the \(layersTitle) of this model does not run at \(precision.rawValue)",
        remedy: "choose float32; only plain cells of recurrent layers run at fewer bits",
        at: .init(name: "precision"))
    }
    var copy = self
    copy.network = network
    return copy
  }

  /// Trains the network at a precision and keeps what comes of it, at single precision.
  ///
  /// - Throws: `LembraError` with code `invalidOption` when the network does not run so; what `run` throws.
  mutating func train(
    at precision: Precision?, _ run: (Network) throws -> TrainingResult<Network>
  ) throws -> TrainingResult<Network> {
    let result = try run(reduced(to: precision ?? .float32).network)
    network = result.model
    self = try reduced(to: .float32)
    return result
  }
}

extension Forecaster: PrecisionModel {
  var layersTitle: String { configuration.architecture.kind.rawValue }
}
extension TextClassifier: PrecisionModel {
  var layersTitle: String { configuration.architecture.kind.rawValue }
}
extension SequenceTagger: PrecisionModel {
  var layersTitle: String { configuration.architecture.title }
}
extension LanguageModel: PrecisionModel {
  var layersTitle: String { architecture.cell.rawValue }
}

extension ForecastNetwork: PrecisionNetwork {}
extension ClassifierNetwork: PrecisionNetwork {}
extension TaggerNetwork: PrecisionNetwork {}
extension LanguageNetwork: PrecisionNetwork {}

extension Precision {
  /// - Throws: `LembraError` with code `invalidOption` where nothing can be trained at this precision.
  func requireGradients() throws(LembraError) {
    try require(
      hasGradients, "nothing can be trained at \(rawValue)", "choose float32 or bfloat16",
      "precision")
  }

  /// - Throws: `LembraError` with code `invalidOption` where cells of a variant cannot be trained at this
  ///   precision, which the kernels of plain cells have.
  func requireTraining(of variant: LSTMCell.Variant?) throws(LembraError) {
    try require(
      self == .float32 || !(variant?.drawsNoise ?? false),
      "cells with recurrent dropout or zoneout are not trained at \(rawValue)",
      "choose float32, or leave both out", "precision")
  }
}
