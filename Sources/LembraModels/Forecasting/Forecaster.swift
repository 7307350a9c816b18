public import LembraData
public import LembraTensor

/// A model that forecasts the next rows of a series.
///
///     let table = try Table(csvFile: "sunspots.csv")
///     let series = try table.series(targets: ["sunspots"])
///     let result = try Forecaster.train(on: series, configuration: configuration)
///     let next = try result.forecaster.forecast(after: series, steps: 24)
public struct Forecaster: Sendable {
  public let configuration: ForecasterConfiguration
  public let scaler: Scaler
  public internal(set) var network: ForecastNetwork

  /// How the model came to be; nil before training.
  public internal(set) var record: ForecastTrainingRecord?

  /// Creates an untrained model whose weights `seed` names.
  ///
  /// - Precondition: the scaler has the configuration's columns.
  public init(configuration: ForecasterConfiguration, scaler: Scaler, seed: UInt64) {
    let columns = configuration.columns
    precondition(
      scaler.columns.map(\.name) == columns,
      "Forecaster: a scaler of \(scaler.columns.map(\.name)) for the columns \(columns)")
    self.configuration = configuration
    self.scaler = scaler
    network = ForecastNetwork(
      configuration.architecture, window: configuration.window, columnCount: columns.count,
      outputCount: configuration.stepsPerForecast * configuration.targets.count,
      key: RandomKey(seed: seed).folding("weights"))
  }

  // MARK: - Forecasts

  /// How many windows are forecast at once.
  private static let batchSize = 1024

  /// The forecasts of windows in the units of the file, `[N, H, K]`.
  func forecasts(of windows: WindowedSeries) -> [Double] {
    scaler.unscaled(scaledForecasts(of: windows), targetCount: configuration.targets.count)
  }

  /// The forecasts of windows as the network says them, `[N, H, K]`.
  func scaledForecasts(of windows: WindowedSeries) -> [Float] {
    let sampler = BatchSampler(count: windows.count, batchSize: Self.batchSize)
    return sampler.inOrder().flatMap { positions in
      let input = windows.inputTensor(of: positions, order: network.inputOrder)
      return steps(configuration.horizon, after: input, count: positions.count)
    }
  }

  /// Forecasts the rows after the end of a series, in the units of the file.
  ///
  /// A model trained for a shorter horizon goes on from its own forecasts, which takes that it reads
  /// no features.
  ///
  /// - Parameters:
  ///   - series: the rows so far, with this model's columns; at least a window of them.
  ///   - steps: how many rows to forecast.
  /// - Returns: the forecast targets of each step.
  /// - Throws: `LembraError` when the series is too short or has other columns, when `steps` is not
  ///   positive, or when it lies beyond the horizon of a model with features.
  public func forecast(after series: Series, steps count: Int) throws(LembraError) -> [[Double]] {
    try check(series)
    guard count > 0 else {
      throw LembraError(
        .invalidOption, "\(count) steps cannot be forecast", remedy: "ask for 1 or more",
        at: .init(name: "steps"))
    }
    guard count <= configuration.stepsPerForecast || configuration.features.isEmpty else {
      throw LembraError(
        .invalidOption,
        "the model forecasts \(configuration.horizon) steps, and what its features "
          + "(\(configuration.features.joined(separator: ", "))) will be after that is not known",
        remedy: "ask for fewer steps, or train with a horizon of \(count)",
        at: .init(name: "steps"))
    }
    let windows = WindowedSeries(
      try scaler.scaled(series), columnCount: series.columnCount, targetCount: series.targetCount,
      part: 0..<series.rowCount, window: configuration.window, horizon: configuration.horizon)
    guard let last = windows.finalInput else {
      throw LembraError(
        .invalidData,
        "the series has \(series.rowCount) rows, and the model reads \(configuration.window)",
        remedy: "give at least \(configuration.window) rows", at: .init(file: series.file))
    }
    let input = Tensor(Array(last), shape: [configuration.window, series.columnCount])
    let scaled = self.steps(count, after: input, count: 1)
    let values = scaler.unscaled(scaled, targetCount: series.targetCount)
    return stride(from: 0, to: values.count, by: series.targetCount).map {
      Array(values[$0..<$0 + series.targetCount])
    }
  }

  /// The next `steps` rows after each of `count` windows, scaled, `[N, steps, K]`.
  private func steps(_ steps: Int, after input: Tensor, count: Int) -> [Float] {
    let targets = configuration.targets.count
    var input = input
    var parts: [Tensor] = []
    var forecast = 0
    while true {
      let part = network(input, count: count)
      parts.append(part)
      forecast += configuration.stepsPerForecast
      guard forecast < steps else { break }
      input = network.inputOrder.appending(part, to: input, count: count, columns: targets)
    }
    let whole = Tensor(concatenatingColumns: parts)
    return whole.columns(0..<steps * targets).array
  }

  private func check(_ series: Series) throws(LembraError) {
    guard series.names == configuration.columns else {
      throw LembraError(
        .invalidData,
        "the series has the columns \(series.names.joined(separator: ", ")), and the model reads "
          + configuration.columns.joined(separator: ", "),
        remedy: "give the model the columns that it was trained on", at: .init(file: series.file))
    }
  }
}

extension BatchOrder {
  /// The windows moved on by what was forecast, `[N, steps · columns]`; the oldest rows fall away.
  fileprivate func appending(
    _ forecast: Tensor, to input: Tensor, count: Int, columns: Int
  ) -> Tensor {
    let window = input.shape.count / (count * columns)
    let steps = forecast.shape[1] / columns
    let kept = max(0, window - steps)
    let newest = steps - (window - kept)
    switch self {
    case .timeMajor:
      let old = input.reshaped(to: [window, count, columns]).rows(window - kept..<window)
      let new = (newest..<steps).map { step in
        forecast.columns(step * columns..<(step + 1) * columns)
      }
      return Tensor(stacking: [old.reshaped(to: [kept * count, columns])] + new)
    case .windowMajor:
      let old = input.reshaped(to: [count, window * columns])
      return Tensor(concatenatingColumns: [
        old.columns((window - kept) * columns..<window * columns),
        forecast.columns(newest * columns..<steps * columns),
      ]).reshaped(to: [count * window, columns])
    }
  }
}

extension WindowedSeries {
  /// The inputs of some windows, `[W · N, C]`.
  func inputTensor(of positions: some Collection<Int>, order: BatchOrder) -> Tensor {
    var tensor = Tensor(shape: [window * positions.count, columnCount]) { _ in }
    var elements = tensor.mutableElements
    copyInputs(of: positions, order: order, into: &elements)
    return tensor
  }

  /// The answers of some windows, `[N, H · K]`.
  func targetTensor(of positions: some Collection<Int>) -> Tensor {
    var tensor = Tensor(shape: [positions.count, horizon * targetCount]) { _ in }
    var elements = tensor.mutableElements
    copyTargets(of: positions, into: &elements)
    return tensor
  }
}
