import LembraData

/// A forecast that needs no network: what every network is measured against.
public enum ForecastBaseline: String, CaseIterable, Codable, Sendable {
  /// Every step is the last value seen.
  case lastValue = "last-value"
  /// Every step is the value one season earlier, or the last season seen, repeated.
  case seasonalNaive = "seasonal-naive"
  /// A linear map of the window, fitted to the training part by least squares.
  case linearAutoregression = "linear-autoregression"

  /// The forecasts of windows in the units of the file, `[N, H, K]`.
  func forecasts(
    of windows: WindowedSeries, data: ForecastData, seasons: [SeasonalPeriod]
  ) -> [Double] {
    switch self {
    case .lastValue: repeating(windows, data, periods: data.series.targetNames.map { _ in 1 })
    case .seasonalNaive: repeating(windows, data, periods: seasons.map(\.length))
    case .linearAutoregression: linear(windows, data)
    }
  }

  private func repeating(
    _ windows: WindowedSeries, _ data: ForecastData, periods: [Int]
  ) -> [Double] {
    let series = data.series
    return windows.flatMap { window in
      let origin = window.targetRows.lowerBound
      return (0..<windows.horizon).flatMap { step in
        periods.indices.map { target in
          // Where the series has not yet seen a season, its last value stands in.
          let period = periods[target] <= origin ? periods[target] : 1
          let row = origin - period + step % period
          return series.values[row * series.columnCount + target]
        }
      }
    }
  }

  private func linear(_ windows: WindowedSeries, _ data: ForecastData) -> [Double] {
    let columns = data.series.columnCount
    let training = data.values[..<(data.split.training.upperBound * columns)].map(Double.init)
    let model = LinearAutoregression(
      fitting: training, columnCount: columns, targetCount: data.series.targetCount,
      window: windows.window, horizon: windows.horizon)
    return windows.flatMap { window in
      model(window.input).enumerated().map { index, value in
        data.scaler.unscaled(value, column: index % data.series.targetCount)
      }
    }
  }
}
