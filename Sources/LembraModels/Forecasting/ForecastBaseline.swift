import LembraData

/// A forecast that needs no network: what every network is measured against.
public enum ForecastBaseline: String, CaseIterable, Codable, Sendable {
  /// Every step is the last value seen.
  case lastValue = "last-value"
  /// Every step is the value one season earlier, or the last season seen, repeated.
  case seasonalNaive = "seasonal-naive"
  /// A linear map of the window, fitted to the training part by least squares.
  case linearAutoregression = "linear-autoregression"

  /// The name as it is written in text, such as `seasonal naive`.
  public var title: String { rawValue.split(separator: "-").joined(separator: " ") }

  /// The forecasts of the subject's windows in the units of the file, `[N, H, K]`.
  func forecasts(of subject: ForecastSubject) -> [Double] {
    switch self {
    case .lastValue: repeating(subject, periods: subject.seasons.map { _ in 1 })
    case .seasonalNaive: repeating(subject, periods: subject.seasons)
    case .linearAutoregression: linear(subject)
    }
  }

  private func repeating(_ subject: ForecastSubject, periods: [Int]) -> [Double] {
    let series = subject.data.series
    return subject.windows.flatMap { window in
      let origin = window.targetRows.lowerBound
      return (0..<subject.windows.horizon).flatMap { step in
        periods.indices.map { target in
          // Where the series has not yet seen a season, its last value stands in.
          let period = periods[target] <= origin ? periods[target] : 1
          let row = origin - period + step % period
          return series.values[row * series.columnCount + target]
        }
      }
    }
  }

  private func linear(_ subject: ForecastSubject) -> [Double] {
    let (data, windows) = (subject.data, subject.windows)
    let columns = data.series.columnCount
    let training = data.values[..<(data.split.training.upperBound * columns)].map(Double.init)
    let model = LinearAutoregression(
      fitting: training, columnCount: columns, targetCount: subject.targetCount,
      window: windows.window, horizon: windows.horizon)
    return windows.flatMap { window in
      model(window.input).enumerated().map { index, value in
        data.scaler.unscaled(value, column: index % subject.targetCount)
      }
    }
  }
}
