import LembraData
import LembraLayers
import LembraModels
import LembraReport
import LembraTraining

/// What there is to tell after a model was trained.
struct TrainingReport {
  let source: DataSource
  let result: ForecastTrainingResult
  /// The model beside the baselines on the test part; nil without one.
  let comparison: ForecastComparison?
  /// Where the model was saved.
  let output: String

  private var kind: ForecastArchitecture.Kind {
    result.forecaster.configuration.architecture.kind
  }

  private var test: ForecastEvaluation? { comparison?.results.first?.runs.first?.test }

  // MARK: - Terminal

  var text: String {
    let parameters = result.forecaster.network.parameterCount
    let summary =
      "\(kind.title): \(NumberText.counted(parameters, "parameter")), "
      + "\(NumberText.counted(result.history.count, "epoch")) in \(NumberText.duration(seconds: result.seconds))"
    guard let comparison, let test else {
      return summary + "\n\nNo rows were held back to judge the forecasts."
    }
    let entries =
      [(name: kind.title, evaluation: test)]
      + comparison.baselines.map { (name: $0.baseline.title, evaluation: $0.test) }
    let tables = ScoreTables(entries: entries, targets: comparison.series.targetNames)
    let rows = comparison.split.test.count
    return summary + ", judged on the last \(rows == 1 ? "row" : "\(rows) rows")\n\n" + tables.text
  }

  // MARK: - JSON

  var document: some Encodable {
    let targets = result.forecaster.configuration.targets
    return Document(
      task: Forecaster.task, model: kind.rawValue, file: output, data: source.document,
      configuration: result.forecaster.configuration, record: result.forecaster.record,
      parameters: result.forecaster.network.parameterCount, seconds: result.seconds,
      epochs: result.history.count, history: result.history, diagnosis: result.diagnosis,
      test: test.map { EvaluationDocument($0, targets: targets) },
      baselines: comparison?.baselines.map { entry in
        BaselineDocument(
          model: entry.baseline.rawValue, test: EvaluationDocument(entry.test, targets: targets))
      })
  }

  private struct Document: Encodable {
    var task: String
    var model: String
    var file: String
    var data: DataDocument
    var configuration: ForecasterConfiguration
    var record: ForecastTrainingRecord?
    var parameters: Int
    var seconds: Double
    var epochs: Int
    var history: [EpochRecord]
    var diagnosis: TrainingDiagnosis?
    var test: EvaluationDocument?
    var baselines: [BaselineDocument]?
  }
}
