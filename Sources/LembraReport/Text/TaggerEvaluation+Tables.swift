public import LembraModels
package import LembraTraining

extension TaggerEvaluation {
  /// The types of spans by name, with their scores.
  package var types: [(name: String, scores: SpanScores)] {
    byType.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Precision, recall and F1 of each type of span, and below them of all; nil without spans.
  public func spanTable(caption: String = "") -> ReportTable? {
    guard !byType.isEmpty else { return nil }
    var table = ReportTable(
      columns: [
        .init("Span"), .init("Precision"), .init("Recall"), .init("F1"), .init("Found"),
        .init("True"),
      ], caption: caption)
    for (name, scores) in types + [("all", spans)] {
      table.append([
        .text(name), .number(scores.precision), .number(scores.recall), .number(scores.f1),
        .integer(scores.predicted), .integer(scores.gold),
      ])
    }
    return table
  }
}
