import LembraData
import LembraModels
import LembraReport

extension EvaluateCommand {
  /// Judges forecasts beside those that need no network.
  func evaluateForecaster() throws {
    let narrator = Narrator(talk)
    let forecaster = try Forecaster(readingFrom: saved.model)
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
        })
      try StandardStreams.printResult(jsonText(of: document))
    } else {
      let entries =
        [(name: kind.title, evaluation: evaluation)]
        + subject.baselines.map { (name: $0.baseline.title, evaluation: $0.evaluation) }
      try StandardStreams.printResult(
        """
        Rows \(rows.lowerBound + 1) to \(rows.upperBound) of \(path): \
        \(NumberText.counted(subject.windows.count, "forecast"))

        \(ScoreTables(entries: entries, targets: configuration.targets).text)
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
  }
}
