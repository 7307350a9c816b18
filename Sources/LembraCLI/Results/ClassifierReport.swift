import LembraModels
import LembraReport
import LembraTraining

/// What there is to tell after a classifier was judged.
struct ClassifierReport {
  private let evaluation: ClassifierEvaluation
  private let labels: [String]
  private let count: Int

  init(_ evaluation: ClassifierEvaluation, labels: [String], count: Int) {
    self.evaluation = evaluation
    self.labels = labels
    self.count = count
  }

  // MARK: - Terminal

  var text: String {
    var blocks = [heading, TextTable(labelTable).description]
    if let confusion = confusionTable { blocks.append(TextTable(confusion).description) }
    return blocks.joined(separator: "\n\n")
  }

  private var heading: String {
    let texts = NumberText.counted(count, "text")
    func number(_ value: Double?) -> String {
      value.map { NumberText.significant($0, digits: 4) } ?? "–"
    }
    if let scores = evaluation.multiLabelScores {
      return "\(texts): all labels right \(number(scores.subsetAccuracy)), micro F1 "
        + "\(number(scores.microF1)), macro F1 \(number(scores.macroF1))"
    }
    let scores = evaluation.scores
    return "\(texts): accuracy \(number(scores?.accuracy)), macro F1 \(number(scores?.macroF1)), "
      + "calibration error \(number(scores?.expectedCalibrationError))"
  }

  private var classes: [ClassScores] {
    evaluation.scores?.classes ?? evaluation.multiLabelScores?.labels ?? []
  }

  private var labelTable: ReportTable {
    var table = ReportTable(columns: [
      .init("Label"), .init("Precision"), .init("Recall"), .init("F1"), .init("Texts"),
    ])
    for (label, scores) in zip(labels, classes) {
      table.append([
        .text(label), .number(scores.precision), .number(scores.recall), .number(scores.f1),
        .integer(scores.support),
      ])
    }
    return table
  }

  /// The labels that were given for each true one, unless there are too many for a page.
  private var confusionTable: ReportTable? {
    guard let confusion = evaluation.scores?.confusion, labels.count <= 12 else { return nil }
    var table = ReportTable(columns: [.init("True \\ given")] + labels.map { .init($0) })
    for (label, row) in zip(labels, confusion) {
      table.append([.text(label)] + row.map { .integer($0) })
    }
    return table
  }

  // MARK: - JSON

  var document: some Encodable {
    Document(
      count: count,
      accuracy: evaluation.scores?.accuracy ?? evaluation.multiLabelScores?.subsetAccuracy,
      f1: evaluation.scores?.macroF1 ?? evaluation.multiLabelScores?.macroF1,
      microF1: evaluation.scores?.microF1 ?? evaluation.multiLabelScores?.microF1,
      hammingLoss: evaluation.multiLabelScores?.hammingLoss,
      crossEntropy: evaluation.scores?.crossEntropy,
      calibrationError: evaluation.scores?.expectedCalibrationError,
      reliability: evaluation.scores?.reliability, confusion: evaluation.scores?.confusion,
      labels: zip(labels, classes).map { LabelDocument(label: $0, scores: $1) })
  }

  private struct Document: Encodable {
    var count: Int
    /// The share of texts whose labels are all right.
    var accuracy: Double?
    /// The mean of the labels' F1.
    var f1: Double?
    var microF1: Double?
    var hammingLoss: Double?
    var crossEntropy: Double?
    var calibrationError: Double?
    var reliability: [ReliabilityBin]?
    /// By true label and by given one, in the order of `labels`.
    var confusion: [[Int]]?
    var labels: [LabelDocument]
  }

  private struct LabelDocument: Encodable {
    var label: String
    var scores: ClassScores
  }
}
