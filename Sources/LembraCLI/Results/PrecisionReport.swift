import LembraLayers
import LembraReport

/// Scores of a model at a precision below single, beside those of the same model at single precision.
struct PrecisionReport: Encodable {
  /// One score at both.
  struct Score: Encodable {
    var score: String
    var float32: Double
    var reduced: Double

    private enum CodingKeys: CodingKey { case score, float32, reduced, change }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(score, forKey: .score)
      try container.encode(float32, forKey: .float32)
      try container.encode(reduced, forKey: .reduced)
      try container.encode(reduced - float32, forKey: .change)
    }
  }

  let precision: String
  let scores: [Score]

  /// Puts scores side by side, but those that are not defined.
  ///
  /// - Parameters:
  ///   - precision: the lower one.
  ///   - single: what was judged at single precision.
  ///   - reduced: what was judged at the lower one.
  ///   - scores: the names of scores and how to find them.
  init<Evaluation>(
    _ precision: Precision, single: Evaluation, reduced: Evaluation,
    _ scores: [(name: String, value: (Evaluation) -> Double?)]
  ) {
    self.precision = precision.rawValue
    self.scores = scores.compactMap { name, value in
      guard let before = value(single), let after = value(reduced) else { return nil }
      return Score(score: name, float32: before, reduced: after)
    }
  }

  /// The scores as a table.
  var text: String {
    var table = ReportTable(
      columns: [.init("Score"), .init("float32"), .init(precision), .init("Change")])
    for score in scores {
      let change = score.reduced - score.float32
      table.append([
        .text(score.score), .text(NumberText.significant(score.float32, digits: 5)),
        .text(NumberText.significant(score.reduced, digits: 5)),
        .text((change > 0 ? "+" : "") + NumberText.significant(change, digits: 2)),
      ])
    }
    return TextTable(table).description
  }
}
