import LembraTraining

extension TextComparison {
  /// The comparison as a JSON document.
  ///
  /// `results` is an array with an element a model; each of its `scores` is an object with `mean`,
  /// `sd` and `values` over the seeds.
  public var document: some Encodable & Sendable {
    Document(
      task: Task.name, data: task.parts, judgedOn: task.parts.test == nil ? "validation" : "test",
      options: SeedlessTextOptions(options: task.trainingOptions), seeds: seeds,
      results: results.map { ResultDocument($0, measures) }, best: best?.candidate.name,
      interrupted: isInterrupted)
  }

  private struct Document: Encodable, Sendable {
    var task: String
    var data: TextParts
    /// The part that the scores are of.
    var judgedOn: String
    var options: SeedlessTextOptions
    var seeds: [UInt64]
    var results: [ResultDocument]
    /// The model with the best mean of the first measure.
    var best: String?
    var interrupted: Bool
  }

  private struct ResultDocument: Encodable, Sendable {
    var model: String
    var title: String
    var parameters: Int?
    /// The median over the seeds.
    var seconds: Double?
    var secondsBySeed: [Double]
    var epochs: [Int]
    /// The seeds of the finished runs, in the order of all values.
    var seeds: [UInt64]
    var failures: [TrainingFailure]
    var scores: [String: Spread]
    var histories: [[EpochRecord]]
    var configuration: Task.Candidate

    init(_ result: Result, _ measures: [TextMeasure]) {
      model = result.candidate.name
      title = result.title
      parameters = result.parameterCount
      seconds = result.seconds
      secondsBySeed = result.runs.map(\.seconds)
      epochs = result.runs.map(\.history.count)
      seeds = result.runs.map(\.seed)
      failures = result.failures
      scores = Dictionary(
        uniqueKeysWithValues: measures.compactMap { measure in
          result.spread(measure.name).map { (measure.name, $0) }
        })
      histories = result.runs.map(\.history)
      configuration = result.candidate
    }
  }
}

/// How candidates are trained, without the seed: each run has its own.
private struct SeedlessTextOptions: Encodable, Sendable {
  var options: TextTrainingOptions

  private enum CodingKeys: CodingKey {
    case optimizer, learningRate, schedule, weightDecay, clipping, epochs, minutes, batchSize
    case averagedEpochs, patience, truncation, precision
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(options.optimizer, forKey: .optimizer)
    try container.encode(options.learningRate, forKey: .learningRate)
    try container.encode(options.schedule, forKey: .schedule)
    try container.encode(options.weightDecay, forKey: .weightDecay)
    try container.encode(options.clipping, forKey: .clipping)
    try container.encode(options.epochs, forKey: .epochs)
    try container.encodeIfPresent(options.minutes, forKey: .minutes)
    try container.encode(options.batchSize, forKey: .batchSize)
    try container.encodeIfPresent(options.averagedEpochs, forKey: .averagedEpochs)
    try container.encodeIfPresent(options.patience, forKey: .patience)
    try container.encodeIfPresent(options.truncation, forKey: .truncation)
    try container.encodeIfPresent(options.precision, forKey: .precision)
  }
}
