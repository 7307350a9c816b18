import LembraModels
import LembraTensor

/// The trainings of a comparison that came to nothing, in words.
struct FailureWording {
  /// The models with their failures; those without any are left out.
  let models: [(title: String, failures: [TrainingFailure])]

  init(_ models: [(title: String, failures: [TrainingFailure])]) {
    self.models = models.filter { !$0.failures.isEmpty }
  }

  /// What follows the caption of a table: which seeds are missing from its means.
  var remark: String {
    let failed = models.map { model in
      let seeds = model.failures.map { "\($0.seed)" }.joined(separator: ", ")
      return "\(model.title) with \(model.failures.count == 1 ? "seed" : "seeds") \(seeds)"
    }
    return failed.isEmpty ? "" : "; failed: " + failed.joined(separator: "; ")
  }

  /// What a page tells of them.
  var blocks: [Page.Block] {
    let facts = models.flatMap { model in
      model.failures.map { Page.Fact("\(model.title), seed \($0.seed)", "\($0.error)") }
    }
    return facts.isEmpty ? [] : [.paragraph("These trainings came to nothing."), .facts(facts)]
  }
}
