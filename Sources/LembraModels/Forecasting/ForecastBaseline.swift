import LembraData

/// A forecast that needs no network: what every network is measured against.
public enum ForecastBaseline: String, CaseIterable, Codable, Sendable {
  /// Every step is the last value seen.
  case lastValue = "last-value"
  /// Every step is the value one season earlier, or the last season seen, repeated.
  case seasonalNaive = "seasonal-naive"
  /// A linear map of the window, fitted to the training part by least squares; of long windows it
  /// reads the last rows, up to 1024 values.
  case linearAutoregression = "linear-autoregression"

  /// The name as it is written in text, such as `seasonal naive`.
  public var title: String {
    switch self {
    case .lastValue: "last value"
    case .seasonalNaive: "seasonal naive"
    case .linearAutoregression: "linear AR"
    }
  }

  /// The forecasts of a set's windows in the units of the file, `[N, H, K]`.
  func forecasts(of set: EvaluationSet) -> [Double] {
    switch self {
    case .lastValue: repeating(set, periods: set.seasons.map { _ in 1 })
    case .seasonalNaive: repeating(set, periods: set.seasons)
    case .linearAutoregression: linear(set)
    }
  }

  private func repeating(_ set: EvaluationSet, periods: [Int]) -> [Double] {
    let series = set.data.series
    var forecasts: [Double] = []
    forecasts.reserveCapacity(set.truth.count)
    for origin in set.windows.origins {
      for step in 0..<set.windows.horizon {
        for target in periods.indices {
          // Where the series has not yet seen a season, its last value stands in.
          let period = periods[target] <= origin ? periods[target] : 1
          let row = origin - period + step % period
          forecasts.append(series.values[row * series.columnCount + target])
        }
      }
    }
    return forecasts
  }

  private func linear(_ set: EvaluationSet) -> [Double] {
    let (series, windows) = (set.data.series, set.windows)
    let columns = series.columnCount
    let model = LinearAutoregression(
      fitting: series.values[..<(set.data.split.training.upperBound * columns)],
      columnCount: columns, targetCount: set.targetCount, window: windows.window,
      horizon: windows.horizon)
    var forecasts: [Double] = []
    forecasts.reserveCapacity(set.truth.count)
    for origin in windows.origins {
      let rows = (origin - windows.window) * columns..<origin * columns
      forecasts.append(contentsOf: model(series.values[rows]))
    }
    return forecasts
  }
}
