public import LembraLayers
public import LembraTensor

// What a model of each task says at a precision below single, with the same weights. Nothing is
// written to a file: a model that was read runs at float32 until it is asked for less.

extension Forecaster {
  /// This model with recurrent layers that run at a precision.
  ///
  /// - Throws: `LembraError` with code `invalidOption` when its network does not run so: one without
  ///   recurrent layers, or with variants of cells.
  public func running(at precision: Precision) throws(LembraError) -> Forecaster {
    try replacing(
      \.network, of: self, by: network.running(at: precision), precision,
      configuration.architecture.kind.rawValue)
  }
}

extension TextClassifier {
  /// This model with recurrent layers that run at a precision; see ``Forecaster/running(at:)``.
  ///
  /// - Throws: `LembraError` with code `invalidOption` when its network does not run so.
  public func running(at precision: Precision) throws(LembraError) -> TextClassifier {
    try replacing(
      \.network, of: self, by: network.running(at: precision), precision,
      configuration.architecture.kind.rawValue)
  }
}

extension SequenceTagger {
  /// This model with recurrent layers that run at a precision; see ``Forecaster/running(at:)``.
  ///
  /// - Throws: `LembraError` with code `invalidOption` when its network does not run so.
  public func running(at precision: Precision) throws(LembraError) -> SequenceTagger {
    try replacing(
      \.network, of: self, by: network.running(at: precision), precision,
      configuration.architecture.title)
  }
}

extension LanguageModel {
  /// This model with recurrent layers that run at a precision; see ``Forecaster/running(at:)``.
  ///
  /// - Throws: `LembraError` with code `invalidOption` when its network does not run so.
  public func running(at precision: Precision) throws(LembraError) -> LanguageModel {
    try replacing(
      \.network, of: self, by: network.running(at: precision), precision,
      architecture.cell.rawValue)
  }
}

private func replacing<Model, Network>(
  _ place: WritableKeyPath<Model, Network>, of model: Model, by network: Network?,
  _ precision: Precision, _ kind: String
) throws(LembraError) -> Model {
  guard let network else {
    throw LembraError(
      .invalidOption, "the \(kind) of this model does not run at \(precision.rawValue)",
      remedy: "choose float32; only plain cells of recurrent layers run at fewer bits",
      at: .init(name: "precision"))
  }
  var copy = model
  copy[keyPath: place] = network
  return copy
}

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
