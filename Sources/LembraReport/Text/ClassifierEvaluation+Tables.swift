public import LembraModels
package import LembraTraining

extension ClassifierEvaluation {
  /// The scores of each label, in the model's order.
  package var classes: [ClassScores] { scores?.classes ?? multiLabelScores?.labels ?? [] }

  /// Precision, recall and F1 of each label.
  public func labelTable(labels: [String], caption: String = "") -> ReportTable {
    var table = ReportTable(
      columns: [
        .init("Label"), .init("Precision"), .init("Recall"), .init("F1"), .init("Texts"),
      ], caption: caption)
    for (label, scores) in zip(labels, classes) {
      table.append([
        .text(label), .number(scores.precision), .number(scores.recall), .number(scores.f1),
        .integer(scores.support),
      ])
    }
    return table
  }

  /// The labels that were given for each true one; nil where a text may have several, or where there
  /// are too many for a terminal.
  public func confusionTable(labels: [String]) -> ReportTable? {
    guard let confusion = scores?.confusion, labels.count <= 12 else { return nil }
    var table = ReportTable(columns: [.init("True \\ given")] + labels.map { .init($0) })
    for (label, row) in zip(labels, confusion) {
      table.append([.text(label)] + row.map { .integer($0) })
    }
    return table
  }

  /// The same on shades, for a page.
  func confusionMap(labels: [String], title: String) -> Page.HeatMap? {
    guard let confusion = scores?.confusion, labels.count <= 40 else { return nil }
    var map = Page.HeatMap(
      "\(title): which label texts of each true label were given; shaded by the share of a row",
      corner: "True \\ given", columns: labels)
    for (label, row) in zip(labels, confusion) {
      let total = Double(max(row.reduce(0, +), 1))
      map.append(label, row.map { .init($0, share: Double($0) / total) })
    }
    return map
  }

  /// How often the model is right among the texts of which it is about as sure; nil where a text may
  /// have several labels.
  var reliability: [ReliabilityBin]? { scores?.reliability.filter { $0.count > 0 } }
}
