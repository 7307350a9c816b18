public import LembraData
public import LembraTraining

/// How good forecasts are, in the units of the file.
///
/// N is the number of windows, H the horizon and K the number of targets.
public struct ForecastEvaluation: Sendable {
  /// The scores over all steps and targets.
  public let overall: RegressionScores

  /// The scores of each target over all steps.
  public let byTarget: [RegressionScores]

  /// The scores of each step of the horizon over all targets.
  public let byStep: [RegressionScores]

  /// The forecasts, `[N, H, K]`.
  public let forecasts: [Double]

  /// Compares forecasts of windows with what happened.
  ///
  /// - Parameters:
  ///   - forecasts: `[N, H, K]`, in the units of the file.
  ///   - subject: the windows, the truth and the seasons.
  init(_ forecasts: [Double], of subject: ForecastSubject) {
    let targets = subject.targetCount
    var whole = RegressionMetrics(targetCount: targets, seasonalScales: subject.seasonalScales)
    var steps = (0..<subject.windows.horizon).map { _ in
      RegressionMetrics(targetCount: targets, seasonalScales: subject.seasonalScales)
    }
    for (index, truth) in subject.truth.enumerated() {
      let step = index / targets % steps.count
      whole.add(prediction: forecasts[index], truth: truth, target: index % targets)
      steps[step].add(prediction: forecasts[index], truth: truth, target: index % targets)
    }
    overall = whole.overall
    byTarget = whole.scores
    byStep = steps.map(\.overall)
    self.forecasts = forecasts
  }
}

/// What forecasts are judged on: some windows of a series, and what followed them.
public struct ForecastSubject: Sendable {
  /// The windows, in the order of time.
  public let windows: WindowedSeries

  /// What followed them, `[N, H, K]`, in the units of the file.
  public let truth: [Double]

  /// The season of each target, by which a naive forecast repeats itself and errors are scaled.
  public let seasons: [Int]

  let data: ForecastData
  let seasonalScales: [Double?]

  var targetCount: Int { seasons.count }

  /// Takes the windows whose answers lie in the rows `part`.
  ///
  /// - Parameters:
  ///   - data: the series.
  ///   - part: the rows of the answers.
  ///   - configuration: the window and the horizon.
  ///   - season: the number of rows of a season; when nil it is what the index suggests, or the
  ///     training part repeats.
  public init(
    _ data: ForecastData, _ part: Range<Int>, configuration: ForecasterConfiguration,
    season: Int? = nil
  ) {
    self.data = data
    windows = data.windows(
      part, window: configuration.window, horizon: configuration.horizon,
      context: data.split.context)
    truth = data.truth(of: windows)
    let training = data.split.training
    let columns = (0..<data.series.targetCount).map { Array(data.series.column($0)[training]) }
    seasons = columns.map { column in
      season ?? SeasonalPeriod(step: data.series.index?.timeStep, training: column).length
    }
    seasonalScales = zip(columns, seasons).map {
      RegressionScores.seasonalNaiveScale(of: $0, period: $1)
    }
  }

  /// Judges a model.
  public func evaluation(of forecaster: Forecaster) -> ForecastEvaluation {
    ForecastEvaluation(forecaster.forecasts(of: windows), of: self)
  }

  /// Judges a baseline.
  public func evaluation(of baseline: ForecastBaseline) -> ForecastEvaluation {
    ForecastEvaluation(baseline.forecasts(of: self), of: self)
  }
}
