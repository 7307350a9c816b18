import LembraData
import LembraTensor
import LembraTraining

extension ForecastComparison {
  /// The comparison as a JSON document.
  ///
  /// `results` and `baselines` are arrays with an element a model; each score is an object with
  /// `mean`, `sd` and `values` over the seeds, in the units of the file.
  public var document: some Encodable & Sendable {
    Document(
      data: .init(self), seeds: seeds,
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
    var seconds: Double?
    var secondsBySeed: [Double]
    var epochs: [Int]
    /// The seeds of the finished runs, in the order of all values.
    var seeds: [UInt64]
    var failures: [TrainingFailure]
    var test: ScoreDocument?
    var validation: ScoreDocument?
    var configuration: ForecasterConfiguration
    var options: SeedlessOptions

    init(_ result: Result, targets: [String]) {
      model = result.candidate.configuration.architecture.kind.rawValue
      parameters = result.parameterCount
      seconds = result.seconds
      secondsBySeed = result.runs.map(\.training.seconds)
      epochs = result.runs.map(\.training.history.count)
      seeds = result.runs.map(\.seed)
      failures = result.failures
      test = ScoreDocument(result.runs.map(\.test), targets: targets)
      validation = ScoreDocument(result.runs.compactMap(\.validation), targets: targets)
      configuration = result.candidate.configuration
      options = SeedlessOptions(options: result.candidate.options)
    }
  }

  private struct BaselineDocument: Encodable, Sendable {
    var model: String
    var test: ScoreDocument?
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
  var mseByStep: [Spread?]?

  init?(_ runs: [ForecastEvaluation], targets names: [String]) {
    guard let first = runs.first else { return nil }
    self.init(runs.map(\.overall))
    targets = Dictionary(
      uniqueKeysWithValues: names.enumerated().map { index, name in
        (name, ScoreDocument(runs.map { $0.byTarget[index] }))
      })
    mseByStep = first.byStep.indices.map { step in
      Self.spread(runs.map { $0.byStep[step].mse })
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
    // JSON has no infinity and no NaN.
    let defined = values.compactMap(\.self).filter(\.isFinite)
    return defined.isEmpty || defined.count < values.count ? nil : Spread(defined)
  }
}

/// How a candidate is trained, without the seed: each run has its own.
private struct SeedlessOptions: Encodable, Sendable {
  var options: ForecastTrainingOptions

  private enum CodingKeys: CodingKey {
    case loss, optimizer, learningRate, schedule, weightDecay, momentum, usesNesterov, clipping
    case epochs, batchSize, patience, truncation, precision
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(options.loss, forKey: .loss)
    try container.encode(options.optimizer, forKey: .optimizer)
    try container.encode(options.learningRate, forKey: .learningRate)
    try container.encode(options.schedule, forKey: .schedule)
    try container.encode(options.weightDecay, forKey: .weightDecay)
    try container.encode(options.momentum, forKey: .momentum)
    try container.encode(options.usesNesterov, forKey: .usesNesterov)
    try container.encode(options.clipping, forKey: .clipping)
    try container.encode(options.epochs, forKey: .epochs)
    try container.encode(options.batchSize, forKey: .batchSize)
    try container.encodeIfPresent(options.patience, forKey: .patience)
    try container.encodeIfPresent(options.truncation, forKey: .truncation)
    try container.encodeIfPresent(options.precision, forKey: .precision)
  }
}
