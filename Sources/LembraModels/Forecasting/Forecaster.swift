public import LembraData
public import LembraTensor

/// A model that forecasts the next rows of a series.
///
///     let table = try Table(csvFile: "sunspots.csv")
///     let series = try table.series(targets: ["sunspots"])
///     let configuration = ForecasterConfiguration(
///       targets: ["sunspots"], window: 24, architecture: ForecastArchitecture(.gru))
///     let data = try ForecastData(
///       series, configuration: configuration, parts: ForecastParts(test: .percent(20)))
///     let result = try Forecaster.train(on: data)
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

  /// Creates a model from its parts.
  init(
    configuration: ForecasterConfiguration, scaler: Scaler, network: ForecastNetwork,
    record: ForecastTrainingRecord?
  ) {
    self.configuration = configuration
    self.scaler = scaler
    self.network = network
    self.record = record
  }

  // MARK: - Forecasts

  /// How many windows are forecast at once: no more than keep the states of all steps small.
  private var batchSize: Int {
    let width = max(configuration.columns.count, configuration.architecture.hiddenSize)
    return max(1, min(1024, (1 << 22) / (configuration.window * width)))
  }

  /// The forecasts of windows in the units of the file, `[N, H, K]`.
  func forecasts(of windows: WindowedSeries) -> [Double] {
    scaler.unscaled(scaledForecasts(of: windows), targetCount: configuration.targets.count)
  }

  /// The forecasts of windows as the network outputs them, `[N, H, K]`.
  func scaledForecasts(of windows: WindowedSeries) -> [Float] {
    scaledForecasts(of: windows, batchSize: batchSize)
  }

  package func scaledForecasts(of windows: WindowedSeries, batchSize: Int) -> [Float] {
    var forecasts: [Float] = []
    forecasts.reserveCapacity(
      windows.count * configuration.horizon * configuration.targets.count)
    for positions in BatchSampler(count: windows.count, batchSize: batchSize).inOrder() {
      let input = windows.inputTensor(of: positions, order: network.inputOrder)
      forecasts += steps(configuration.horizon, after: input, count: positions.count)
    }
    return forecasts
  }

  /// Forecasts the rows after the end of a series, in the units of the file.
  ///
  /// A model trained for a shorter horizon goes on from its own forecasts, which takes that it reads
  /// no features.
  ///
  /// - Parameters:
  ///   - series: the rows so far, with this model's columns; at least a window of them.
  ///   - count: how many rows to forecast.
  /// - Returns: the forecast targets of each step.
  /// - Throws: `LembraError` when the series is too short or has other columns, when `count` is not
  ///   from 1 to 1,000,000, or when it lies beyond the horizon of a model with features.
  public func forecast(after series: Series, steps count: Int) throws(LembraError) -> [[Double]] {
    try configuration.checkColumns(of: series)
    guard (1...1_000_000).contains(count) else {
      throw LembraError(
        .invalidOption, "\(counted(count, "step")) cannot be forecast",
        remedy: "ask for a number from 1 to 1000000", at: .init(name: "steps"))
    }
    guard count <= configuration.stepsPerForecast || configuration.features.isEmpty else {
      throw LembraError(
        .invalidOption,
        "the model forecasts \(counted(configuration.horizon, "step")), and what its features "
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
        "the series has \(counted(series.rowCount, "row")), and the model reads "
          + "\(configuration.window)",
        remedy: "give at least \(counted(configuration.window, "row"))",
        at: .init(file: series.file))
    }
    let input = Tensor(Array(last), shape: [configuration.window, series.columnCount])
    let scaled = self.steps(count, after: input, count: 1)
    let targets = configuration.targets.count
    let values = scaler.unscaled(scaled, targetCount: targets)
    return stride(from: 0, to: values.count, by: targets).map { Array(values[$0..<$0 + targets]) }
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
}
