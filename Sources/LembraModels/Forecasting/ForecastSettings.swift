import LembraData
import LembraLayers
import LembraTraining

/// A setting of a model in words.
package struct ForecastSetting: Hashable, Sendable {
  package let name: String
  package let value: String

  init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

extension ForecasterConfiguration {
  /// What is read and output, in words.
  package var settings: [ForecastSetting] {
    [
      .init("targets", targets.joined(separator: ", ")),
      .init("features", features.isEmpty ? "none" : features.joined(separator: ", ")),
      .init("window", counted(window, "row")), .init("horizon", counted(horizon, "row")),
      .init("strategy", strategy.rawValue), .init("scaling", scaling.rawValue),
    ]
  }
}

extension ForecastArchitecture {
  /// The settings that make a difference to this kind of network, in words.
  package var settings: [ForecastSetting] {
    var settings: [ForecastSetting] = [
      .init("model", kind.title), .init("layers", "\(layerCount)"),
      .init("hidden units", "\(hiddenSize)"),
    ]
    if kind == .mlp || layerCount > 1 { settings.append(.init("dropout", "\(dropout)")) }
    if kind == .mlp {
      settings.append(.init("activation", activation.rawValue))
      return settings
    }
    switch kind.cell {
    case .rnn: settings.append(.init("nonlinearity", nonlinearity.rawValue))
    case .gru: settings.append(.init("reset gate", reset.title))
    default: break
    }
    if let variant { settings.append(.init("variant", variant.summary)) }
    settings.append(.init("initial state", learnsInitialState ? "learnt" : "zeros"))
    if kind.isBidirectional { settings.append(.init("readout", readout.rawValue)) }
    settings.append(.init("input weights", initialization.input.title))
    settings.append(.init("hidden weights", initialization.hidden.title))
    settings.append(.init("biases", initialization.bias.title))
    if kind.cell == .lstm || kind.cell == .slstm {
      settings.append(
        .init("forget gate bias", initialization.forgetGateBias.map { "\($0)" } ?? "as drawn"))
    }
    return settings
  }
}

extension ForecastTrainingOptions {
  /// The settings that make a difference to this training, in words, but for the seed.
  package var settings: [ForecastSetting] {
    var settings: [ForecastSetting] = [
      .init("loss", loss.rawValue), .init("optimizer", optimizer.rawValue),
      .init("learning rate", "\(learningRate)"), .init("schedule", "\(schedule)"),
    ]
    if optimizer == .sgd || optimizer == .rmsprop {
      settings.append(.init("momentum", "\(momentum)"))
    }
    if optimizer == .sgd { settings.append(.init("Nesterov", usesNesterov ? "yes" : "no")) }
    settings.append(.init("weight decay", "\(weightDecay)"))
    settings.append(.init("clipping by norm", clipping.norm.map { "\($0)" } ?? "none"))
    settings.append(.init("clipping by value", clipping.value.map { "\($0)" } ?? "none"))
    settings.append(.init("batch", counted(batchSize, "window")))
    settings.append(.init("epochs", "at most \(epochs)"))
    settings += gradientSettings(
      steps: truncation.map { counted($0, "step") }, precision: precision
    ).map { .init($0.name, $0.value) }
    settings.append(.init("patience", patience.map { counted($0, "epoch") } ?? "none"))
    return settings
  }
}

extension GRUCell.Reset {
  fileprivate var title: String {
    switch self {
    case .afterProduct: "after the product"
    case .beforeProduct: "before the product"
    }
  }
}

extension Initializer? {
  fileprivate var title: String {
    switch self {
    case nil: "uniform ± 1/√H"
    case .zeros: "zeros"
    case .constant(let value): "constant \(value)"
    case .uniform(let bound): "uniform ± \(bound)"
    case .normal(let deviation): "normal, deviation \(deviation)"
    case .glorotUniform: "Glorot, uniform"
    case .glorotNormal: "Glorot, normal"
    case .heUniform: "He, uniform"
    case .heNormal: "He, normal"
    case .orthogonal: "orthogonal"
    }
  }
}
