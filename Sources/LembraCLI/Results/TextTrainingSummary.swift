import LembraReport
import LembraTraining

/// What there is to tell on a terminal after a model of texts was trained.
struct TextTrainingSummary {
  let title: String
  let parameters: Int
  let history: [EpochRecord]
  let seconds: Double
  /// How the model did on what was held back.
  let score: String?

  var text: String {
    "\(title): \(NumberText.counted(parameters, "parameter")), "
      + "\(NumberText.counted(history.count, "epoch")) in \(NumberText.duration(seconds: seconds))"
      + (score.map { ", \($0)" } ?? "")
  }
}
