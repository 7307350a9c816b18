import LembraData
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

  /// The forecasts, `[N, H, K]`; empty where a comparison keeps the scores alone.
  public private(set) var forecasts: [Double]

  /// Compares forecasts of windows with what happened.
  ///
  /// - Parameters:
  ///   - forecasts: `[N, H, K]`, in the units of the file.
  ///   - set: the windows, the truth and the seasons.
  init(_ forecasts: [Double], of set: EvaluationSet) {
    let targets = set.targetCount
    let scales = set.seasonality.scales
    var whole = RegressionMetrics(targetCount: targets, seasonalScales: scales)
    var steps = Array(repeating: whole, count: set.windows.horizon)
    for (index, truth) in set.truth.enumerated() {
      let step = index / targets % steps.count
      whole.add(prediction: forecasts[index], truth: truth, target: index % targets)
      steps[step].add(prediction: forecasts[index], truth: truth, target: index % targets)
    }
    overall = whole.overall
    byTarget = whole.scores
    byStep = steps.map(\.overall)
    self.forecasts = forecasts
  }

  /// The scores without the forecasts, which take room.
  var scoresAlone: ForecastEvaluation {
    var copy = self
    copy.forecasts = []
    return copy
  }
}
