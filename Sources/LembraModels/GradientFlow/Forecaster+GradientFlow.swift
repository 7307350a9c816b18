import LembraData
import LembraLayers
import LembraTensor

extension Forecaster {
  /// How far gradients reach back in a window.
  ///
  /// The loss of a window is the one that the model was trained by, or else the squared error.
  ///
  /// - Parameters:
  ///   - data: a series that was prepared for this forecaster; the windows are those of its test
  ///     part, or of its training part if there is no test part.
  ///   - most: the most windows that are read, evenly spread.
  /// - Returns: the gradients by layer and distance from the last row of a window.
  /// - Throws: `LembraError` with code `invalidOption` when the network has no recurrent layers.
  /// - Precondition: `most ≥ 1`.
  public func gradientFlow(on data: ForecastData, atMost most: Int = 256) throws -> GradientFlow {
    let part = data.split.test.isEmpty ? data.split.training : data.split.test
    let windows = data.windows(
      part, horizon: configuration.stepsPerForecast, context: data.split.context)
    let positions = spread(windows.count, atMost: most)
    let batches = stride(from: 0, to: positions.count, by: 64).map {
      positions[$0..<min($0 + 64, positions.count)]
    }
    let measure = record?.options.loss ?? .mse
    // Of an upper backward direction, whose last row is read, only the first step has a part in the loss.
    let architecture = configuration.architecture
    let unseen = "encoder.l\(architecture.layerCount - 1).\(Direction.backward.rawValue)"
    return try GradientFlow(
      network, batches, count: positions.count,
      where: { architecture.readout != .lastStep || $0.layer != unseen }
    ) { network, batch in
      let forecast = network(
        windows.inputTensor(of: batch, order: network.inputOrder), count: batch.count)
      return measure(forecast, windows.targetTensor(of: batch)) * Float(batch.count)
    }
  }
}
