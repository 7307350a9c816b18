import LembraData
public import LembraModels
public import LembraTraining

extension ForecastComparison {
  /// The scores of all models over all targets, and below them those of the baselines.
  public var scoreTable: ReportTable {
    var table = ReportTable(
      columns: [
        .init("Model"), .init("Parameters"), .init("MSE", best: .lowest),
        .init("RMSE", best: .lowest), .init("MAE", best: .lowest), .init("MASE", best: .lowest),
        .init("sMAPE", unit: "%", best: .lowest), .init("R²", best: .highest), .init("Epochs"),
        .init("Time"),
      ],
      caption: "Scores on \(test.windows.count) windows of the test part, in the units of the file"
        + seedRemark)
    for result in results {
      let scores = Self.scores { score in result.spread { score($0.test.overall) } }
      table.append(
        [.text(result.candidate.title), .integer(result.parameterCount)] + scores + [
          .integer(result.typicalEpochs), .duration(seconds: result.seconds),
        ])
    }
    for (baseline, evaluation) in baselines {
      let scores = Self.scores { score in score(evaluation.overall).map { Spread([$0]) } }
      table.append([.text(baseline.title), .missing] + scores + [.missing, .missing])
    }
    return table
  }

  /// One score of all models and baselines, target by target.
  ///
  /// - Parameters:
  ///   - name: what the score is called.
  ///   - score: the score.
  /// - Returns: a table with a column for each target.
  public func targetTable(
    _ name: String, _ score: (RegressionScores) -> Double?
  ) -> ReportTable {
    var table = ReportTable(
      columns: [.init("Model")] + series.targetNames.map { .init($0, best: .lowest) },
      caption: "\(name) of each target" + seedRemark)
    for result in results {
      table.append(
        [.text(result.candidate.title)]
          + series.targetNames.indices.map { target in
            Self.cell(result.spread { score($0.test.byTarget[target]) })
          })
    }
    for (baseline, evaluation) in baselines {
      table.append(
        [.text(baseline.title)]
          + evaluation.byTarget.map { Self.cell(score($0).map { Spread([$0]) }) })
    }
    return table
  }

  /// What the scores are means of.
  private var seedRemark: String {
    let runs = results.first?.runs.count ?? 0
    return runs > 1 ? "; mean ± standard deviation over \(runs) seeds" : ""
  }

  private static func scores(
    _ spread: ((RegressionScores) -> Double?) -> Spread?
  ) -> [ReportTable.Cell] {
    [
      cell(spread(\.mse)), cell(spread(\.rmse)), cell(spread(\.mae)), cell(spread(\.mase)),
      cell(spread(\.smape)), cell(spread(\.r2)),
    ]
  }

  private static func cell(_ spread: Spread?) -> ReportTable.Cell {
    guard let spread else { return .missing }
    return spread.values.count > 1 ? .mean(spread.mean, sd: spread.sd) : .number(spread.mean)
  }
}

extension ForecastComparison.Result {
  /// The median number of epochs.
  fileprivate var typicalEpochs: Int {
    let sorted = runs.map(\.training.history.count).sorted()
    return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
  }
}
