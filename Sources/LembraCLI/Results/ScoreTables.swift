import LembraModels
import LembraReport
import LembraTraining

/// Scores of forecasts side by side, as tables for a terminal.
struct ScoreTables {
  /// What is compared: names with their scores over all targets and for each target.
  let entries: [(name: String, evaluation: ForecastEvaluation)]
  let targets: [String]

  /// The tables as text: one for all targets together and, if there are several, one for each.
  var text: String {
    let overall = table(caption: targets.count > 1 ? "All targets" : "", marks: true) { $0.overall }
    guard targets.count > 1 else { return overall }
    let single = targets.enumerated().map { index, name in
      table(caption: name, marks: false) { $0.byTarget[index] }
    }
    return ([overall] + single).joined(separator: "\n\n")
  }

  private func table(
    caption: String, marks: Bool, _ scores: (ForecastEvaluation) -> RegressionScores
  ) -> String {
    let lowest: ReportTable.Column.Best? = marks ? .lowest : nil
    var table = ReportTable(
      columns: [
        .init("Forecast"), .init("MSE", best: lowest), .init("RMSE", best: lowest),
        .init("MAE", best: lowest), .init("MASE", best: lowest),
        .init("sMAPE", unit: "%", best: lowest), .init("R²", best: marks ? .highest : nil),
      ], caption: caption)
    for entry in entries {
      let own = scores(entry.evaluation)
      let cells = [own.mse, own.rmse, own.mae, own.mase, own.smape, own.r2].map { value in
        value.map(ReportTable.Cell.number) ?? .missing
      }
      table.append([.text(entry.name)] + cells)
    }
    return TextTable(table).description
  }
}
