public import LembraData
public import LembraTensor

/// A series made ready for a forecaster: split by time, and scaled by what its training part knows.
public struct ForecastData: Sendable {
  public let series: Series
  public let split: Split
  public let scaler: Scaler

  /// What a forecaster trained on this reads and outputs.
  public internal(set) var configuration: ForecasterConfiguration

  /// The rows after scaling, `[R, C]`.
  let values: [Float]

  /// Splits a series and fits a scaler on its training part.
  ///
  /// - Parameters:
  ///   - series: the rows, targets first.
  ///   - configuration: the columns, the window, the horizon and the kind of scaling.
  ///   - parts: how much is held back, and where the first windows of those parts begin.
  /// - Throws: `LembraError` when the configuration cannot be used or is for other columns, when a
  ///   part is too short for the window and the horizon, or when a value cannot be scaled.
  public init(
    _ series: Series, configuration: ForecasterConfiguration, parts: ForecastParts
  ) throws(LembraError) {
    try configuration.validate()
    try self.init(series, configuration, parts) { series, training in
      Scaler(configuration.scaling, fitting: series, training: training)
    }
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
    try self.init(series, forecaster.configuration, parts) { _, _ in forecaster.scaler }
  }

  private init(
    _ series: Series, _ configuration: ForecasterConfiguration, _ parts: ForecastParts,
    scaler: (Series, Range<Int>) -> Scaler
  ) throws(LembraError) {
    try configuration.checkColumns(of: series)
    self.configuration = configuration
    (self.series, split) = try series.split(
      validation: parts.validation, test: parts.test, window: configuration.window,
      horizon: configuration.horizon, context: parts.context)
    self.scaler = scaler(self.series, split.training)
    values = try self.scaler.scaled(self.series)
  }

  /// Throws when no rows are held back for a test.
  package func requireTest() throws(LembraError) {
    guard split.test.isEmpty else { return }
    throw LembraError(
      .invalidOption, "no rows are held back to judge the models on",
      remedy: "choose how many, such as 100 or 20%", at: .init(name: "test"))
  }

  /// The windows whose answers lie in the rows `part`.
  func windows(_ part: Range<Int>, horizon: Int, context: WindowContext) -> WindowedSeries {
    WindowedSeries(
      values, columnCount: series.columnCount, targetCount: series.targetCount, part: part,
      window: configuration.window, horizon: horizon, context: context)
  }

  /// The true answers of windows, `[N, H, K]`, in the units of the file.
  func truth(of windows: WindowedSeries) -> [Double] {
    var truth: [Double] = []
    truth.reserveCapacity(windows.count * windows.horizon * windows.targetCount)
    for origin in windows.origins {
      for row in origin..<origin + windows.horizon {
        let start = row * series.columnCount
        truth.append(contentsOf: series.values[start..<start + windows.targetCount])
      }
    }
    return truth
  }
}

extension ForecasterConfiguration {
  /// Throws when a series has other columns, or another number of targets, than this reads.
  func checkColumns(of series: Series) throws(LembraError) {
    guard series.names == columns, series.targetCount == targets.count else {
      func text(_ names: [String], _ targetCount: Int) -> String {
        let features = names.dropFirst(targetCount)
        return "the targets \(names.prefix(targetCount).joined(separator: ", "))"
          + (features.isEmpty ? "" : " and the features \(features.joined(separator: ", "))")
      }
      throw LembraError(
        .invalidData,
        "the series has \(text(series.names, series.targetCount)), and the model reads "
          + text(columns, targets.count),
        remedy: "give the model the columns that it was made for", at: .init(file: series.file))
    }
  }
}
