import Foundation
import LembraData
import LembraLayers
import LembraModels
import LembraTensor
import LembraTraining

/// Two waves with noise, `[R, 2]`, around `level`.
func waves(
  rows: Int = 60, targets: Int = 2, level: Double = 10, edit: (inout [Double]) -> Void = { _ in }
) -> Series {
  let noise = Tensor(normalWithMean: 0, shape: [rows, 2], key: RandomKey(seed: 5)).array
  var values: [Double] = []
  for row in 0..<rows {
    let angle = Double(row) * 0.5
    values.append(level + sine(angle) + 0.1 * Double(noise[2 * row]))
    values.append(2 * sine(angle + 1) + 0.1 * Double(noise[2 * row + 1]))
  }
  edit(&values)
  return Series(names: ["a", "b"], targetCount: targets, values: values)
}

private func sine(_ x: Double) -> Double { sin(x) }

/// A small forecaster of both waves.
func small(
  _ kind: ForecastArchitecture.Kind = .gru, window: Int = 4, horizon: Int = 2,
  strategy: ForecasterConfiguration.Strategy = .direct,
  scaling: Scaler.Kind = .standard, layers: Int = 1, dropout: Float = 0
) -> ForecasterConfiguration {
  ForecasterConfiguration(
    targets: ["a", "b"], window: window, horizon: horizon, strategy: strategy, scaling: scaling,
    architecture: ForecastArchitecture(
      kind, hiddenSize: 3, layerCount: layers, dropout: dropout))
}

func options(epochs: Int = 2, seed: UInt64 = 1) -> ForecastTrainingOptions {
  ForecastTrainingOptions(epochs: epochs, batchSize: 8, seed: seed)
}

let parts = ForecastParts(validation: .rows(12), test: .rows(12))

func data(
  _ configuration: ForecasterConfiguration = small(), _ series: Series = waves(),
  parts: ForecastParts = parts
) throws -> ForecastData {
  try ForecastData(series, configuration: configuration, parts: parts)
}

extension Forecaster {
  /// The bits of all weights.
  var bits: [[UInt32]] { network.parameters.map { $0.value.array.map(\.bitPattern) } }
}

extension ForecastTrainingResult {
  /// The validation scores and losses of all epochs.
  var scores: [Double?] { history.flatMap { [$0.trainingLoss, $0.validationScore] } }
}
