import LembraData
public import LembraModels
import LembraTraining

extension ForecastComparison {
  /// Which columns a table of scores has.
  public enum ScoreColumns: Hashable, Sendable {
    /// All scores with their deviations, for a page.
    case full
    /// The scores that fit beside each other in a terminal of 80 columns: of the MSE the mean and
    /// the deviation, of the others the mean, with three significant digits.
    case compact
  }

  /// The scores of all models over all targets, and below them those of the baselines.
  public func scoreTable(columns: ScoreColumns = .full) -> ReportTable {
    let scores = ScoreColumn.all.filter { columns == .full || $0.isInCompact }
    var table = ReportTable(
      columns: [.init("Model"), .init("Parameters")] + scores.map(\.column)
        + (columns == .full ? [.init("Epochs")] : []) + [.init("Time")],
      caption: "Scores on \(NumberText.counted(test.windows.count, "window")) of the test part, "
        + "in the units of the file" + seedRemark(columns) + failures.remark)
    for result in results {
      var row: [ReportTable.Cell] = [
        .text(result.candidate.title), .integer(result.parameterCount),
      ]
      for score in scores {
        row.append(score.cell(result.spread { score.value($0.test.overall) }, columns))
      }
      if columns == .full { row.append(result.epochs.map { .number($0) } ?? .missing) }
      row.append(result.seconds.map { .duration(seconds: $0) } ?? .missing)
      table.append(row)
    }
    for (baseline, evaluation) in baselines {
      var row: [ReportTable.Cell] = [.text(baseline.title), .missing]
      for score in scores {
        row.append(score.cell(score.value(evaluation.overall).map { Spread([$0]) }, columns))
      }
      row += Array(repeating: .missing, count: columns == .full ? 2 : 1)
      table.append(row)
    }
    return table
  }

  /// The root mean squared error of all models and baselines, with a column for each target.
  public var targetErrorTable: ReportTable {
    targetTable(.rmse)
  }

  /// One score of all models and baselines, with a column for each target.
  func targetTable(_ score: ScoreColumn) -> ReportTable {
    var table = ReportTable(
      columns: [.init("Model")]
        + series.targetNames.map { .init($0, unit: score.column.unit, best: score.column.best) },
      caption: "\(score.column.title) of each target" + seedRemark(.full))
    for result in results {
      table.append(
        [.text(result.candidate.title)]
          + series.targetNames.indices.map { target in
            score.cell(result.spread { score.value($0.test.byTarget[target]) }, .full)
          })
    }
    for (baseline, evaluation) in baselines {
      table.append(
        [.text(baseline.title)]
          + evaluation.byTarget.map { scores in
            score.cell(score.value(scores).map { Spread([$0]) }, .full)
          })
    }
    return table
  }

  /// What the scores are means of.
  private func seedRemark(_ columns: ScoreColumns) -> String {
    let runs = results.map(\.runs.count).max() ?? 0
    guard runs > 1 else { return "" }
    let most = "over \(runs) seeds"
    return columns == .full
      ? "; mean ± standard deviation \(most)" : "; means \(most), of the MSE ± its deviation"
  }

  /// The trainings that are missing from the means.
  var failures: FailureWording {
    FailureWording(results.map { ($0.candidate.title, $0.failures) })
  }
}

/// A score as a column of a table.
struct ScoreColumn {
  let column: ReportTable.Column
  let isInCompact: Bool
  let value: (RegressionScores) -> Double?

  static var rmse: ScoreColumn {
    .init(column: .init("RMSE", best: .lowest), isInCompact: true, value: \.rmse)
  }

  static var all: [ScoreColumn] {
    [
      .init(column: .init("MSE", best: .lowest), isInCompact: true, value: \.mse),
      rmse,
      .init(column: .init("MAE", best: .lowest), isInCompact: true, value: \.mae),
      .init(column: .init("MASE", best: .lowest), isInCompact: true, value: \.mase),
      .init(
        column: .init("sMAPE", unit: "%", best: .lowest), isInCompact: false, value: \.smape),
      .init(column: .init("R²", best: .highest), isInCompact: false, value: \.r2),
    ]
  }

  func cell(_ spread: Spread?, _ columns: ForecastComparison.ScoreColumns) -> ReportTable.Cell {
    .score(spread, isCompact: columns == .compact, isLeading: column.title == "MSE")
  }
}
