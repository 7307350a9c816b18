public import LembraData
import LembraLayers
public import LembraTensor
public import LembraTraining

/// Models trained on the same series with several seeds, and judged on the same test part.
public struct ForecastComparison: Sendable {
  /// A model that takes part: what it is and how it is trained, but for the seed.
  public struct Candidate: Hashable, Sendable {
    public var configuration: ForecasterConfiguration
    public var options: ForecastTrainingOptions

    public init(_ configuration: ForecasterConfiguration, _ options: ForecastTrainingOptions) {
      self.configuration = configuration
      self.options = options
    }

    /// The name as it is written in text, such as `BiLSTM`.
    public var title: String { configuration.architecture.kind.title }
  }

  /// One training of a candidate.
  public struct Run: Sendable {
    public let seed: UInt64
    public let training: ForecastTrainingResult
    public let test: ForecastEvaluation
    public let validation: ForecastEvaluation?
  }

  /// A training that came to nothing, such as one that diverged.
  public typealias Failure = TrainingFailure

  /// A candidate with all its trainings.
  public struct Result: Sendable {
    public let candidate: Candidate

    /// The trainings that were finished; the first alone keeps its test forecasts.
    public let runs: [Run]

    /// The trainings that came to nothing.
    public let failures: [Failure]

    /// The number of trainable numbers.
    public var parameterCount: Int { candidate.configuration.parameterCount ?? 0 }

    /// The median time of a training; nil without a finished one.
    public var seconds: Double? { spread(\.training.seconds)?.median }

    /// The median number of epochs; nil without a finished training.
    public var epochs: Double? { spread { Double($0.training.history.count) }?.median }

    /// A score of every run, where there are runs and it is defined for all.
    public func spread(_ score: (Run) -> Double?) -> Spread? {
      let values = runs.compactMap(score)
      return values.isEmpty || values.count < runs.count ? nil : Spread(values)
    }
  }

  public let series: Series
  public let split: Split

  /// The seeds that every candidate was to be trained with.
  public let seeds: [UInt64]

  /// What the models were judged on.
  public let test: EvaluationSet
  public let results: [Result]

  /// The baselines' scores; none when the comparison was stopped before a model was trained.
  public let baselines: [(baseline: ForecastBaseline, test: ForecastEvaluation)]

  /// Whether the comparison was stopped before all models were trained.
  public let isInterrupted: Bool

  /// Whom to tell that a training begins, and of its progress.
  public struct Observer {
    public var runBegins: (_ candidate: Candidate, _ seed: UInt64) -> Void
    public var training: TrainingObserver

    public init(
      runBegins: @escaping (Candidate, UInt64) -> Void = { _, _ in },
      training: TrainingObserver = TrainingObserver()
    ) {
      self.runBegins = runBegins
      self.training = training
    }
  }

  /// Trains every candidate with every seed.
  ///
  /// - Parameters:
  ///   - candidates: the models; they agree in columns, window, horizon and scaling.
  ///   - series: the rows, targets first.
  ///   - parts: how it is divided; a test part is needed.
  ///   - seeds: the seed of each run.
  ///   - season: the number of rows of a season; when nil it is what the index suggests.
  ///   - observer: whom to tell of the progress.
  ///   - shouldStop: asked after every step; the runs that are done are kept.
  /// - Throws: `LembraError` when a part is too short or an option cannot be used, and the error of
  ///   the first training when none succeeds; a failure beside successes is kept in the result.
  /// - Precondition: there is at least one candidate and one seed, and the candidates'
  ///   configurations differ in the architecture alone.
  public init(
    of candidates: [Candidate], on series: Series, parts: ForecastParts, seeds: [UInt64],
    season: Int? = nil, observer: Observer = Observer(), shouldStop: () -> Bool = { false }
  ) throws {
    precondition(!candidates.isEmpty && !seeds.isEmpty, "ForecastComparison: nothing to compare")
    let first = candidates[0].configuration
    precondition(
      candidates.allSatisfy { $0.configuration.reads(like: first) },
      "ForecastComparison: the candidates differ in more than the network")
    for candidate in candidates { try candidate.configuration.validate() }
    let data = try ForecastData(series, configuration: first, parts: parts)
    for candidate in candidates {
      try candidate.options.validate(hasValidation: !data.split.validation.isEmpty)
    }
    let judge = try Judge(data, season: season)
    var results: [Result] = []
    var isInterrupted = false
    for candidate in candidates where !isInterrupted {
      let (result, wasInterrupted) = try judge.result(of: candidate, seeds, observer, shouldStop)
      if !result.runs.isEmpty || !result.failures.isEmpty { results.append(result) }
      isInterrupted = wasInterrupted
    }
    if !isInterrupted, results.allSatisfy(\.runs.isEmpty), let failure = results[0].failures.first {
      throw failure.error
    }
    self.init(judge, results, seeds: seeds, isInterrupted: isInterrupted)
  }

  /// Judges one trained model beside the baselines.
  ///
  /// - Parameters:
  ///   - training: what came of training it.
  ///   - data: the series, as it was trained on.
  ///   - season: the number of rows of a season; when nil it is what the index suggests.
  /// - Throws: `LembraError` when the series has no test part or `season` is not positive.
  /// - Precondition: the model was trained on `data`.
  public init(
    judging training: ForecastTrainingResult, on data: ForecastData, season: Int? = nil
  ) throws(LembraError) {
    let judge = try Judge(data, season: season)
    let candidate = Candidate(training.forecaster.configuration, training.options)
    let run = judge.run(training, seed: training.options.seed)
    self.init(
      judge, [Result(candidate: candidate, runs: [run], failures: [])],
      seeds: [training.options.seed], isInterrupted: training.outcome == .interrupted)
  }

  private init(_ judge: Judge, _ results: [Result], seeds: [UInt64], isInterrupted: Bool) {
    series = judge.data.series
    split = judge.data.split
    test = judge.test
    self.seeds = seeds
    self.results = results
    self.isInterrupted = isInterrupted
    let isEmpty = results.allSatisfy(\.runs.isEmpty)
    baselines = (isEmpty ? [] : ForecastBaseline.allCases).map {
      ($0, judge.test.evaluation(of: $0).scoresAlone)
    }
  }
}
