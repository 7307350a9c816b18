public import LembraData
public import LembraTensor

/// A series made ready for a forecaster: split by time, and scaled by what its training part knows.
public struct ForecastData: Sendable {
  public let series: Series
  public let split: Split
  public let scaler: Scaler

  /// The rows after scaling, `[R, C]`.
  let values: [Float]

  /// Splits a series and fits a scaler on its training part.
  ///
  /// - Parameters:
  ///   - series: the rows, targets first.
  ///   - configuration: the window, the horizon and the kind of scaling.
  ///   - parts: how much is held back, and where the first windows of those parts begin.
  /// - Throws: `LembraError` when a part is too short for the window and the horizon, or a value
  ///   cannot be scaled.
  public init(
    _ series: Series, configuration: ForecasterConfiguration, parts: ForecastParts
  ) throws(LembraError) {
    (self.series, split) = try series.split(
      validation: parts.validation, test: parts.test, window: configuration.window,
      horizon: configuration.horizon, context: parts.context)
    scaler = Scaler(configuration.scaling, fitting: self.series, training: split.training)
    values = try scaler.scaled(self.series)
  }

  /// Prepares a series for a forecaster that exists, whose scaler it takes.
  ///
  /// - Parameters:
  ///   - series: the rows, with the forecaster's columns.
  ///   - forecaster: the model.
  ///   - parts: how much is held back.
  /// - Throws: as ``init(_:configuration:parts:)``.
  public init(
    _ series: Series, for forecaster: Forecaster, parts: ForecastParts
  ) throws(LembraError) {
    let configuration = forecaster.configuration
    (self.series, split) = try series.split(
      validation: parts.validation, test: parts.test, window: configuration.window,
      horizon: configuration.horizon, context: parts.context)
    scaler = forecaster.scaler
    values = try scaler.scaled(self.series)
  }

  /// Throws when no rows are held back for a test.
  package func requireTest() throws(LembraError) {
    guard split.test.isEmpty else { return }
    throw LembraError(
      .invalidOption, "no rows are held back to judge the models on",
      remedy: "choose how many, such as 100 or 20%", at: .init(name: "test"))
  }

  /// The windows whose answers lie in the rows `part`.
  func windows(
    _ part: Range<Int>, window: Int, horizon: Int, context: WindowContext
  ) -> WindowedSeries {
    WindowedSeries(
      values, columnCount: series.columnCount, targetCount: series.targetCount, part: part,
      window: window, horizon: horizon, context: context)
  }

  /// The true answers of windows, `[N, H, K]`, in the units of the file.
  func truth(of windows: WindowedSeries) -> [Double] {
    windows.flatMap { window in
      window.targetRows.flatMap { row in
        (0..<series.targetCount).map { series.values[row * series.columnCount + $0] }
      }
    }
  }
}

/// How a series is divided by time: training first, then validation, then test.
public struct ForecastParts: Hashable, Codable, Sendable {
  /// What is held back to stop training early; nothing by default.
  public var validation: Share

  /// What is held back to judge the forecasts.
  public var test: Share

  /// Whether the first windows of a held-back part reach into the part before it.
  public var context: WindowContext

  public init(
    validation: Share = .none, test: Share = .none, context: WindowContext = .withinPart
  ) {
    self.validation = validation
    self.test = test
    self.context = context
  }
}
