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
    var blocks = [heading, TextTable(evaluation.labelTable(labels: labels)).description]
    if let confusion = evaluation.confusionTable(labels: labels) {
      blocks.append(TextTable(confusion).description)
    }
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
      labels: zip(labels, evaluation.classes).map { LabelDocument(label: $0, scores: $1) })
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
