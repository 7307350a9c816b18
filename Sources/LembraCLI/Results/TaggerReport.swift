import LembraModels
import LembraReport
import LembraTraining

/// What there is to tell after a tagger was judged.
struct TaggerReport {
  private let evaluation: TaggerEvaluation

  init(_ evaluation: TaggerEvaluation) {
    self.evaluation = evaluation
  }

  // MARK: - Terminal

  var text: String {
    let accuracy = NumberText.significant(evaluation.accuracy, digits: 4)
    let heading =
      "\(NumberText.counted(evaluation.sentences, "sentence")), "
      + "\(NumberText.counted(evaluation.words, "word")): accuracy \(accuracy)"
    guard evaluation.hasSpans, let table = evaluation.spanTable() else { return heading }
    return heading + "\n\n" + TextTable(table).description
  }

  // MARK: - JSON

  var document: some Encodable {
    let spans = evaluation.hasSpans ? evaluation.spans : nil
    return Document(
      sentences: evaluation.sentences, words: evaluation.words, precision: spans?.precision,
      recall: spans?.recall, f1: spans?.f1, accuracy: evaluation.accuracy,
      types: spans.map { _ in
        Dictionary(
          uniqueKeysWithValues: evaluation.types.map { ($0.name, SpanDocument($0.scores)) })
      })
  }

  private struct Document: Encodable {
    var sentences: Int
    var words: Int
    var precision: Double?
    var recall: Double?
    var f1: Double?
    var accuracy: Double
    var types: [String: SpanDocument]?
  }

  private struct SpanDocument: Encodable {
    var precision: Double
    var recall: Double
    var f1: Double
    var found: Int
    var gold: Int

    init(_ scores: SpanScores) {
      precision = scores.precision
      recall = scores.recall
      f1 = scores.f1
      found = scores.predicted
      gold = scores.gold
    }
  }
}
