import LembraModels
import LembraTraining

/// What a JSON document says of the forecasts of one model: the scores over all targets, and under
/// `targets` and `steps` those of each target and of each step of the horizon.
struct EvaluationDocument: Encodable {
  private let evaluation: ForecastEvaluation
  private let targets: [String]

  init(_ evaluation: ForecastEvaluation, targets: [String]) {
    self.evaluation = evaluation
    self.targets = targets
  }

  private enum CodingKeys: CodingKey { case targets, steps }

  func encode(to encoder: any Encoder) throws {
    try evaluation.overall.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    let named = zip(targets, evaluation.byTarget)
    try container.encode(Dictionary(uniqueKeysWithValues: named.map { ($0, $1) }), forKey: .targets)
    try container.encode(evaluation.byStep, forKey: .steps)
  }
}

/// A baseline with its scores.
struct BaselineDocument: Encodable {
  var model: String
  var test: EvaluationDocument
}

extension EvaluationSet {
  /// The scores of all baselines.
  var baselines: [(baseline: ForecastBaseline, evaluation: ForecastEvaluation)] {
    ForecastBaseline.allCases.map { ($0, evaluation(of: $0)) }
  }
}
