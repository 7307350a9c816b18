import LembraData
import LembraTraining

extension ForecastComparison {
  /// The comparison as a JSON document.
  ///
  /// `results` and `baselines` are arrays with an element a model; each score is an object with
  /// `mean`, `sd` and `values` over the seeds, in the units of the file.
  public var document: some Encodable & Sendable {
    Document(
      data: .init(self), seeds: results.first?.runs.map(\.seed) ?? [],
      results: results.map { ResultDocument($0, targets: series.targetNames) },
      baselines: baselines.map { entry in
        BaselineDocument(
          model: entry.baseline.rawValue,
          test: ScoreDocument([entry.test], targets: series.targetNames))
      },
      interrupted: isInterrupted)
  }

  private struct Document: Encodable, Sendable {
    var data: DataDocument
    var seeds: [UInt64]
    var results: [ResultDocument]
    var baselines: [BaselineDocument]
    var interrupted: Bool
  }

  private struct DataDocument: Encodable, Sendable {
    var file: String?
    var targets: [String]
    var features: [String]
    var rows: Int
    var trainingRows: Int
    var validationRows: Int
    var testRows: Int
    var testWindows: Int
    var season: [Int]
    var missingValues: MissingValueReport

    init(_ comparison: ForecastComparison) {
      let series = comparison.series
      file = series.file
      targets = series.targetNames
      features = Array(series.names.dropFirst(series.targetCount))
      rows = series.rowCount
      trainingRows = comparison.split.training.count
      validationRows = comparison.split.validation.count
      testRows = comparison.split.test.count
      testWindows = comparison.test.windows.count
      season = comparison.test.seasons
      missingValues = series.missingValues
    }
  }

  private struct ResultDocument: Encodable, Sendable {
    var model: String
    var parameters: Int
    /// The median over the seeds.
    var seconds: Double
    var secondsBySeed: [Double]
    var epochs: [Int]
    var test: ScoreDocument
    var validation: ScoreDocument?
    var configuration: ForecasterConfiguration
    var options: ForecastTrainingOptions

    init(_ result: Result, targets: [String]) {
      model = result.candidate.configuration.architecture.kind.rawValue
      parameters = result.parameterCount
      seconds = result.seconds
      secondsBySeed = result.runs.map(\.training.seconds)
      epochs = result.runs.map(\.training.history.count)
      test = ScoreDocument(result.runs.map(\.test), targets: targets)
      let validations = result.runs.compactMap(\.validation)
      validation = validations.isEmpty ? nil : ScoreDocument(validations, targets: targets)
      configuration = result.candidate.configuration
      options = result.candidate.options
    }
  }

  private struct BaselineDocument: Encodable, Sendable {
    var model: String
    var test: ScoreDocument
  }
}

/// The scores of one or more runs: over all targets, for each target and for each step.
private struct ScoreDocument: Encodable, Sendable {
  var mse: Spread?
  var rmse: Spread?
  var mae: Spread?
  var mase: Spread?
  var smape: Spread?
  var r2: Spread?
  var targets: [String: ScoreDocument]?
  var mseByStep: [Spread]?

  init(_ runs: [ForecastEvaluation], targets names: [String]) {
    self.init(runs.map(\.overall))
    targets = Dictionary(
      uniqueKeysWithValues: names.enumerated().map { index, name in
        (name, ScoreDocument(runs.map { $0.byTarget[index] }))
      })
    mseByStep = (runs.first?.byStep.indices).map { steps in
      steps.compactMap { step in Self.spread(runs.map { $0.byStep[step].mse }) }
    }
  }

  private init(_ scores: [RegressionScores]) {
    mse = Self.spread(scores.map(\.mse))
    rmse = Self.spread(scores.map(\.rmse))
    mae = Self.spread(scores.map(\.mae))
    mase = Self.spread(scores.map(\.mase))
    smape = Self.spread(scores.map(\.smape))
    r2 = Self.spread(scores.map(\.r2))
  }

  private static func spread(_ values: [Double?]) -> Spread? {
    let defined = values.compactMap(\.self)
    return defined.isEmpty || defined.count < values.count ? nil : Spread(defined)
  }
}
