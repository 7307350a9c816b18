import LembraData
import LembraLayers
import LembraModels
import LembraReport
import LembraTraining

extension EvaluateCommand {
  /// Judges forecasts beside those that need no network.
  func evaluateForecaster() throws {
    let narrator = Narrator(talk)
    let single = try Forecaster(readingFrom: saved.model)
    let forecaster = try single.running(at: precision.precision)
    let configuration = forecaster.configuration
    let path = try file.required()
    let source = try DataSource(
      path, reading, targets: configuration.targets, features: configuration.features,
      narrator: narrator)
    let data = try ForecastData(
      source.series, for: forecaster,
      parts: ForecastParts(test: part.test ?? .none, context: part.context))
    let rows = data.split.test.isEmpty ? data.split.training : data.split.test
    let subject = try EvaluationSet(data, rows, season: part.season)
    let evaluation = subject.evaluation(of: forecaster)
    let kind = configuration.architecture.kind
    var report: PrecisionReport?
    if precision.isReduced {
      report = PrecisionReport(
        precision.precision, single: subject.evaluation(of: single), reduced: evaluation,
        [("MSE", \.overall.mse), ("MAE", \.overall.mae), ("R²", \.overall.r2)])
    }
    if talk.json {
      let document = ForecastDocument(
        model: kind.rawValue, file: saved.model, data: source.document,
        firstRow: rows.lowerBound + 1,
        lastRow: rows.upperBound, windows: subject.windows.count,
        test: EvaluationDocument(evaluation, targets: configuration.targets),
        baselines: subject.baselines.map { entry in
          BaselineDocument(
            model: entry.baseline.rawValue,
            test: EvaluationDocument(entry.evaluation, targets: configuration.targets))
        }, atPrecision: report)
      try StandardStreams.printResult(jsonText(of: document))
    } else {
      let entries =
        [
          (
            name: ([kind.title] + [precision.name].compactMap(\.self)).joined(separator: ", "),
            evaluation: evaluation
          )
        ]
        + subject.baselines.map { (name: $0.baseline.title, evaluation: $0.evaluation) }
      try StandardStreams.printResult(
        """
        Rows \(rows.lowerBound + 1) to \(rows.upperBound) of \(path): \
        \(NumberText.counted(subject.windows.count, "forecast"))

        \(ScoreTables(entries: entries, targets: configuration.targets).text)\
        \(report.map { "\n\n" + $0.text } ?? "")
        """)
    }
  }

  private struct ForecastDocument: Encodable {
    var model: String
    var file: String
    var data: DataDocument
    /// Rows of values, counted from 1.
    var firstRow: Int
    var lastRow: Int
    var windows: Int
    var test: EvaluationDocument
    var baselines: [BaselineDocument]
    /// Of a model at fewer bits than it was trained with.
    var atPrecision: PrecisionReport?
  }
}
