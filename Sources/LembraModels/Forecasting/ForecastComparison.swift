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

  /// A candidate with all its trainings.
  public struct Result: Sendable {
    public let candidate: Candidate
    public let runs: [Run]

    /// The number of trainable numbers.
    public var parameterCount: Int { runs.first?.training.forecaster.network.parameterCount ?? 0 }

    /// The median time of a training.
    public var seconds: Double {
      let sorted = runs.map(\.training.seconds).sorted()
      return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }

    /// A score of every run, where it is defined for all.
    public func spread(_ score: (Run) -> Double?) -> Spread? {
      let values = runs.compactMap(score)
      return values.count == runs.count ? Spread(values) : nil
    }
  }

  public let series: Series
  public let split: Split

  /// What the models were judged on.
  public let test: ForecastSubject
  public let results: [Result]
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
  /// - Throws: `LembraError` when a part is too short, an option cannot be used or a loss is not
  ///   finite.
  /// - Precondition: there is at least one candidate and one seed, and the candidates agree.
  public init(
    of candidates: [Candidate], on series: Series, parts: ForecastParts, seeds: [UInt64],
    season: Int? = nil, observer: Observer = Observer(), shouldStop: () -> Bool = { false }
  ) throws {
    precondition(!candidates.isEmpty && !seeds.isEmpty, "ForecastComparison: nothing to compare")
    let first = candidates[0].configuration
    precondition(
      candidates.allSatisfy { $0.configuration.reads(like: first) },
      "ForecastComparison: the candidates read or say different things")
    for candidate in candidates {
      try candidate.configuration.validate()
      try candidate.options.validate(hasValidation: parts.validation != .none)
    }
    let data = try ForecastData(series, configuration: first, parts: parts)
    let judge = try Judge(data, first, season: season)
    var results: [Result] = []
    var isInterrupted = false
    for candidate in candidates where !isInterrupted {
      var runs: [Run] = []
      for seed in seeds {
        observer.runBegins(candidate, seed)
        var options = candidate.options
        options.seed = seed
        let training = try Forecaster.train(
          on: data, configuration: candidate.configuration, options: options,
          observer: observer.training, shouldStop: shouldStop)
        isInterrupted = training.outcome == .interrupted
        if isInterrupted { break }
        runs.append(judge.run(training, seed: seed))
      }
      if !runs.isEmpty { results.append(Result(candidate: candidate, runs: runs)) }
    }
    self.init(judge, results, isInterrupted: isInterrupted)
  }

  /// Judges one trained model beside the baselines.
  ///
  /// - Parameters:
  ///   - training: what came of training it.
  ///   - candidate: what was trained.
  ///   - data: the series, as it was trained on.
  ///   - season: the number of rows of a season; when nil it is what the index suggests.
  /// - Throws: `LembraError` when the series has no test part.
  public init(
    judging training: ForecastTrainingResult, of candidate: Candidate, on data: ForecastData,
    season: Int? = nil
  ) throws(LembraError) {
    let judge = try Judge(data, candidate.configuration, season: season)
    let run = judge.run(training, seed: candidate.options.seed)
    self.init(
      judge, [Result(candidate: candidate, runs: [run])],
      isInterrupted: training.outcome == .interrupted)
  }

  private init(_ judge: Judge, _ results: [Result], isInterrupted: Bool) {
    series = judge.data.series
    split = judge.data.split
    test = judge.test
    self.results = results
    self.isInterrupted = isInterrupted
    baselines = ForecastBaseline.allCases.map { ($0, judge.test.evaluation(of: $0)) }
  }
}

/// What models are judged on.
private struct Judge {
  let data: ForecastData
  let test: ForecastSubject
  let validation: ForecastSubject?

  init(
    _ data: ForecastData, _ configuration: ForecasterConfiguration, season: Int?
  ) throws(LembraError) {
    try data.requireTest()
    func subject(_ part: Range<Int>) -> ForecastSubject {
      ForecastSubject(data, part, configuration: configuration, season: season)
    }
    self.data = data
    test = subject(data.split.test)
    validation = data.split.validation.isEmpty ? nil : subject(data.split.validation)
  }

  func run(_ training: ForecastTrainingResult, seed: UInt64) -> ForecastComparison.Run {
    ForecastComparison.Run(
      seed: seed, training: training, test: test.evaluation(of: training.forecaster),
      validation: validation?.evaluation(of: training.forecaster))
  }
}

extension ForecasterConfiguration {
  /// Whether another configuration differs in nothing but the network.
  fileprivate func reads(like other: ForecasterConfiguration) -> Bool {
    var same = self
    same.architecture = other.architecture
    return same == other
  }
}
