import LembraData
import LembraTensor
import LembraTraining

extension ForecastComparison {
  /// Trains candidates on the same data and judges them on the same windows.
  struct Judge {
    let data: ForecastData
    let test: EvaluationSet
    private let validation: EvaluationSet?

    init(_ data: ForecastData, season: Int?) throws(LembraError) {
      try data.requireTest()
      let seasonality = try Seasonality(data, season: season)
      self.data = data
      test = EvaluationSet(data, data.split.test, seasonality)
      validation =
        data.split.validation.isEmpty
        ? nil : EvaluationSet(data, data.split.validation, seasonality)
    }

    func run(_ training: ForecastTrainingResult, seed: UInt64) -> Run {
      Run(
        seed: seed, training: training, test: test.evaluation(of: training.forecaster),
        validation: validation?.evaluation(of: training.forecaster).scoresAlone)
    }

    /// Trains a candidate with every seed until it is interrupted.
    func result(
      of candidate: Candidate, _ seeds: [UInt64], _ observer: Observer, _ shouldStop: () -> Bool
    ) throws -> (result: Result, isInterrupted: Bool) {
      var data = data
      data.configuration = candidate.configuration
      let trained = try SeededRuns<Run>(seeds) { seed, isFirst in
        observer.runBegins(candidate, seed)
        var options = candidate.options
        options.seed = seed
        let training = try Forecaster.train(
          on: data, options: options, observer: observer.training, shouldStop: shouldStop)
        guard training.outcome != .interrupted else { return nil }
        let run = run(training, seed: seed)
        return isFirst ? run : run.scoresAlone
      }
      return (
        Result(candidate: candidate, runs: trained.runs, failures: trained.failures),
        trained.isInterrupted
      )
    }
  }
}

extension ForecastComparison.Run {
  /// The run without its forecasts, which only the first of a candidate is asked for.
  fileprivate var scoresAlone: Self {
    Self(seed: seed, training: training, test: test.scoresAlone, validation: validation)
  }
}
