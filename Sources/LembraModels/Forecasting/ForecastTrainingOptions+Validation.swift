public import LembraTensor
import LembraTraining

extension ForecastTrainingOptions {
  /// Checks every number of the options.
  ///
  /// - Parameter hasValidation: whether there is a validation part.
  /// - Throws: `LembraError` with code `invalidOption` that names the first that cannot be used.
  public func validate(hasValidation: Bool) throws(LembraError) {
    try require(epochs >= 1, "\(epochs) epochs train nothing", "choose 1 or more", "epochs")
    try require(batchSize >= 1, "a batch of \(batchSize) is empty", "choose 1 or more", "batch")
    try require(
      patience.map { $0 >= 1 } ?? true, "a patience of \(patience ?? 0) epochs is none",
      "choose 1 or more", "patience")
    try require(
      patience == nil || hasValidation, "there is no validation part to be patient with",
      "hold back a validation part, such as 10%, or leave out the patience", "patience")
    try require(
      truncation.map { $0 >= 1 } ?? true, "gradients through \(truncation ?? 0) steps are none",
      "choose 1 or more", "truncation")
    try precision?.requireGradients()
    for (name, limit) in [("clip norm", clipping.norm), ("clip value", clipping.value)] {
      try require(
        limit.map { $0 > 0 && $0.isFinite } ?? true,
        "a limit of \(limit ?? 0) for gradients is none", "choose a finite number above 0", name)
    }
    // What reads the text of a schedule also judges its numbers.
    _ = try LearningRateSchedule(schedule.description)
    _ = try makeOptimizer()
  }
}
