public import LembraData
public import LembraTensor
import LembraTraining

/// What forecasts are judged on: some windows of a series, and what followed them.
///
/// N is the number of windows, H the horizon and K the number of targets.
public struct EvaluationSet: Sendable {
  /// The windows, in the order of time.
  public let windows: WindowedSeries

  /// What followed them, `[N, H, K]`, in the units of the file.
  public let truth: [Double]

  /// The season of each target, by which a naive forecast repeats itself and errors are scaled.
  public var seasons: [Int] { seasonality.seasons }

  let data: ForecastData
  let seasonality: Seasonality

  var targetCount: Int { seasons.count }

  /// Takes the windows whose answers lie in the rows `part`.
  ///
  /// - Parameters:
  ///   - data: the series.
  ///   - part: the rows of the answers.
  ///   - season: the number of rows of a season; when nil it is what the index suggests, or the
  ///     training part repeats.
  /// - Throws: `LembraError` when `season` is not positive.
  /// - Precondition: `part` lies within the series.
  public init(
    _ data: ForecastData, _ part: Range<Int>, season: Int? = nil
  ) throws(LembraError) {
    self.init(data, part, try Seasonality(data, season: season))
  }

  init(_ data: ForecastData, _ part: Range<Int>, _ seasonality: Seasonality) {
    self.data = data
    self.seasonality = seasonality
    windows = data.windows(
      part, horizon: data.configuration.horizon, context: data.split.context)
    truth = data.truth(of: windows)
  }

  /// Judges a model.
  ///
  /// - Precondition: the model reads and scales as the data was made for.
  public func evaluation(of forecaster: Forecaster) -> ForecastEvaluation {
    precondition(
      forecaster.configuration.reads(like: data.configuration) && forecaster.scaler == data.scaler,
      "EvaluationSet.evaluation: the data was made for another forecaster")
    return ForecastEvaluation(forecaster.forecasts(of: windows), of: self)
  }

  /// Judges a baseline.
  public func evaluation(of baseline: ForecastBaseline) -> ForecastEvaluation {
    ForecastEvaluation(baseline.forecasts(of: self), of: self)
  }
}

/// The season of each target, and how far off a naive forecast is within the training part.
struct Seasonality: Sendable {
  let seasons: [Int]
  let scales: [Double?]

  init(_ data: ForecastData, season: Int?) throws(LembraError) {
    if let season, season < 1 {
      throw LembraError(
        .invalidOption, "a season of \(season) rows is none", remedy: "choose 1 or more",
        at: .init(name: "season"))
    }
    let columns = (0..<data.series.targetCount).map {
      Array(data.series.column($0)[data.split.training])
    }
    seasons = columns.map { column in
      season ?? SeasonalPeriod(step: data.series.index?.timeStep, training: column).length
    }
    scales = zip(columns, seasons).map {
      RegressionScores.seasonalNaiveScale(of: $0, period: $1)
    }
  }
}
