import LembraTensor
public import LembraTraining

/// Models of texts trained on the same part with several seeds, and judged on the same other part.
///
///     let task = ClassifierComparisonTask(training: learnt, validation: held, test: test)
///     let comparison = try TextComparison(
///       of: [.init(.bilstm), .init(.cnn)], in: task, seeds: [0, 1, 2])
///     print(comparison.results.map { $0.spread("accuracy")?.mean })
public struct TextComparison<Task: TextComparisonTask>: Sendable {
  /// One training of a candidate.
  public struct Run: Sendable {
    public let seed: UInt64

    /// The number of trainable numbers.
    public let parameterCount: Int

    /// What was recorded of each epoch.
    public let history: [EpochRecord]

    /// The time that all steps and validations took.
    public let seconds: Double
    public let outcome: TrainingOutcome

    /// What the model is judged by, under the names of ``TextComparisonTask/measures``.
    public let scores: [String: Double]

    /// The model and what it said; kept of the first run of a candidate alone.
    public let judged: Judged?
  }

  /// A trained model and what it said of the part it was judged on.
  public struct Judged: Sendable {
    public let model: Task.Model
    public let evaluation: Task.Evaluation
  }

  /// A candidate with all its trainings.
  public struct Result: Sendable {
    public let candidate: Task.Candidate

    /// The trainings that were finished.
    public let runs: [Run]

    /// The trainings that came to nothing.
    public let failures: [TrainingFailure]

    public var title: String { candidate.title }

    /// The number of trainable numbers; nil without a finished training.
    public var parameterCount: Int? { runs.first?.parameterCount }

    /// The first run's model and what it said.
    public var judged: Judged? { runs.first?.judged }

    /// The median time of a training; nil without a finished one.
    public var seconds: Double? { runs.isEmpty ? nil : Spread(runs.map(\.seconds)).median }

    /// The median number of epochs; nil without a finished training.
    public var epochs: Double? {
      runs.isEmpty ? nil : Spread(runs.map { Double($0.history.count) }).median
    }

    /// A score of every run, where there are runs and all of them have it.
    public func spread(_ measure: String) -> Spread? {
      let values = runs.compactMap { $0.scores[measure] }
      return values.isEmpty || values.count < runs.count ? nil : Spread(values)
    }
  }

  /// What was learnt from and judged on, and how.
  public let task: Task

  /// The seeds that every candidate was to be trained with.
  public let seeds: [UInt64]
  public let results: [Result]

  /// Whether the comparison was stopped before all models were trained.
  public let isInterrupted: Bool

  /// Whom to tell that a training begins, and of its progress.
  public struct Observer {
    public var runBegins: (_ candidate: Task.Candidate, _ seed: UInt64) -> Void
    public var training: TrainingObserver

    public init(
      runBegins: @escaping (Task.Candidate, UInt64) -> Void = { _, _ in },
      training: TrainingObserver = TrainingObserver()
    ) {
      self.runBegins = runBegins
      self.training = training
    }
  }

  /// Trains every candidate with every seed.
  ///
  /// - Parameters:
  ///   - candidates: the models.
  ///   - task: what they learn from, how, and what they are judged on.
  ///   - seeds: the seed of each run.
  ///   - observer: whom to tell of the progress.
  ///   - shouldStop: asked after every step; the runs that are done are kept.
  /// - Throws: `LembraError` when the task's data or options cannot be used, and the error of the
  ///   first training when none succeeds; a failure beside successes is kept in the result.
  /// - Precondition: there is at least one candidate and one seed.
  public init(
    of candidates: [Task.Candidate], in task: Task, seeds: [UInt64],
    observer: Observer = Observer(), shouldStop: @escaping () -> Bool = { false }
  ) throws {
    precondition(!candidates.isEmpty && !seeds.isEmpty, "TextComparison: nothing to compare")
    try task.validate()
    let supervision = TrainingSupervision(observer: observer.training, shouldStop: shouldStop)
    var results: [Result] = []
    var isInterrupted = false
    for candidate in candidates where !isInterrupted {
      let trained = try SeededRuns<Run>(seeds) { seed, isFirst in
        observer.runBegins(candidate, seed)
        return try Self.run(candidate, task, seed, keeps: isFirst, supervision)
      }
      if !trained.runs.isEmpty || !trained.failures.isEmpty {
        results.append(
          Result(candidate: candidate, runs: trained.runs, failures: trained.failures))
      }
      isInterrupted = trained.isInterrupted
    }
    if !isInterrupted, results.allSatisfy(\.runs.isEmpty), let failure = results[0].failures.first {
      throw failure.error
    }
    self.task = task
    self.seeds = seeds
    self.results = results
    self.isInterrupted = isInterrupted
  }

  /// Trains and judges a candidate; nil when the training was interrupted.
  private static func run(
    _ candidate: Task.Candidate, _ task: Task, _ seed: UInt64, keeps: Bool,
    _ supervision: TrainingSupervision
  ) throws -> Run? {
    let training = try task.train(candidate, seed: seed, supervision: supervision)
    guard training.outcome != .interrupted else { return nil }
    let evaluation = try task.evaluate(training.model)
    return Run(
      seed: seed, parameterCount: training.model.parameterCount,
      history: training.history, seconds: training.seconds, outcome: training.outcome,
      scores: task.scores(of: evaluation).filter { $0.value.isFinite },
      judged: keeps ? Judged(model: training.model, evaluation: evaluation) : nil)
  }

  // MARK: - The best

  /// The measures that some run has a score of, in the task's order.
  public var measures: [TextMeasure] {
    task.measures.filter { measure in
      results.contains { $0.runs.contains { $0.scores[measure.name] != nil } }
    }
  }

  /// The result with the best mean of the first measure.
  public var best: Result? {
    guard let measure = measures.first else { return nil }
    let scored = results.compactMap { result in
      result.spread(measure.name).map { (result: result, score: $0.mean) }
    }
    return scored.min { measure.isHigherBetter ? $0.score > $1.score : $0.score < $1.score }?.result
  }
}
