import Foundation
import LembraTensor
import LembraTraining
import Testing

/// What `make_classification.py` writes.
private struct Golden: Decodable, Sendable {
  struct OneClass: Decodable, Sendable {
    let truths: [Int]
    let probabilities: [[Float]]
    let predictions: [Int]
    let accuracy: Double
    let macroF1: Double
    let microF1: Double
    let precision: [Double]
    let recall: [Double]
    let f1: [Double]
    let support: [Int]
    let confusion: [[Int]]
    let crossEntropy: Double
    let calibrationError: Double
    let binCounts: [Int]
  }

  struct ManyLabels: Decodable, Sendable {
    let truths: [Set<Int>]
    let probabilities: [[Float]]
    let precision: [Double]
    let recall: [Double]
    let f1: [Double]
    let support: [Int]
    let macroF1: Double
    let microF1: Double
    let subsetAccuracy: Double
    let hammingLoss: Double
  }

  let oneClass: OneClass
  let manyLabels: ManyLabels

  static let shared = Result { () throws -> Golden in
    let url = try #require(
      Bundle.module.url(forResource: "Fixtures/classification", withExtension: "json"))
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
  }
}

extension Tensor {
  fileprivate init(rows: ArraySlice<[Float]>) {
    self.init(rows.flatMap(\.self), shape: [rows.count, rows.first?.count ?? 0])
  }
}

/// Whether two numbers differ by rounding alone.
private func isClose(_ a: Double?, _ b: Double) -> Bool {
  a.map { abs($0 - b) <= 1e-12 * max(1, abs(b)) } ?? false
}

@Suite("Metrics of classification")
struct ClassificationTests {
  @Test("scores of cases of one class each are scikit-learn's")
  func oneClass() throws {
    let golden = try Golden.shared.get().oneClass
    var metrics = ClassificationMetrics(classCount: golden.support.count)
    let count = golden.truths.count
    // In parts, with rows that do not count between them.
    for part in [0..<1, 1..<40, 40..<count] {
      let rows = Tensor(rows: golden.probabilities[part] + [golden.probabilities[0]])
      metrics.add(probabilities: rows, truths: golden.truths[part].map(Optional.some) + [nil])
    }
    let scores = metrics.scores
    #expect(scores.count == count)
    #expect(scores.confusion == golden.confusion)
    #expect(isClose(scores.accuracy, golden.accuracy))
    #expect(isClose(scores.macroF1, golden.macroF1))
    #expect(isClose(scores.microF1, golden.microF1))
    #expect(isClose(scores.crossEntropy, golden.crossEntropy))
    #expect(isClose(scores.expectedCalibrationError, golden.calibrationError))
    #expect(scores.reliability.map(\.count) == golden.binCounts)
    expect(scores.classes, golden.precision, golden.recall, golden.f1, golden.support)

    var alone = ClassificationMetrics(classCount: golden.support.count)
    for (prediction, truth) in zip(golden.predictions, golden.truths) {
      alone.add(prediction: prediction, truth: truth)
    }
    #expect(alone.scores.classes == scores.classes && alone.scores.macroF1 == scores.macroF1)
    #expect(alone.scores.crossEntropy == nil && alone.scores.expectedCalibrationError == nil)
  }

  @Test("scores of cases with many labels are scikit-learn's")
  func manyLabels() throws {
    let golden = try Golden.shared.get().manyLabels
    var metrics = MultiLabelMetrics(labelCount: golden.support.count)
    for part in [0..<30, 30..<golden.truths.count] {
      metrics.add(
        probabilities: Tensor(rows: golden.probabilities[part]),
        truths: Array(golden.truths[part]))
    }
    let scores = metrics.scores
    #expect(scores.count == golden.truths.count)
    #expect(isClose(scores.macroF1, golden.macroF1))
    #expect(isClose(scores.microF1, golden.microF1))
    #expect(isClose(scores.subsetAccuracy, golden.subsetAccuracy))
    #expect(isClose(scores.hammingLoss, golden.hammingLoss))
    expect(scores.labels, golden.precision, golden.recall, golden.f1, golden.support)
  }

  private func expect(
    _ scores: [ClassScores], _ precision: [Double], _ recall: [Double], _ f1: [Double],
    _ support: [Int]
  ) {
    #expect(scores.map(\.support) == support)
    for (index, own) in scores.enumerated() {
      #expect(isClose(own.precision, precision[index]), "precision \(index)")
      #expect(isClose(own.recall, recall[index]), "recall \(index)")
      #expect(isClose(own.f1, f1[index]), "F1 \(index)")
    }
  }

  @Test("bins of confidence are closed above and say how often they are right")
  func reliability() {
    var metrics = ClassificationMetrics(classCount: 2, binCount: 4)
    metrics.add(
      probabilities: Tensor([0.5, 0.5, 0.25, 0.75, 0.125, 0.875, 0, 1], shape: [4, 2]),
      truths: [0, 1, 0, 1])
    let bins = metrics.scores.reliability
    #expect(bins.map(\.count) == [0, 1, 1, 2])
    #expect(bins.map(\.lower) == [0, 0.25, 0.5, 0.75] && bins[3].upper == 1)
    #expect(bins.map(\.accuracy) == [nil, 1, 1, 0.5])
    #expect(bins.map(\.confidence) == [nil, 0.5, 0.75, 0.9375])
    #expect(metrics.scores.expectedCalibrationError == (0.5 + 0.25 + 0.875) / 4)
  }

  @Test("nothing compared has no scores, and scores come back from JSON")
  func documents() throws {
    let empty = ClassificationMetrics(classCount: 3).scores
    #expect(empty.count == 0 && empty.accuracy == nil && empty.macroF1 == nil)
    #expect(empty.microF1 == nil && empty.classes.map(\.f1) == [0, 0, 0])
    let none = MultiLabelMetrics(labelCount: 2).scores
    #expect(none.count == 0 && none.macroF1 == nil && none.hammingLoss == nil)

    var metrics = ClassificationMetrics(classCount: 3)
    metrics.add(probabilities: Tensor([0.25, 0.5, 0.25], shape: [1, 3]), truths: [2])
    var labels = MultiLabelMetrics(labelCount: 2, threshold: 0.25)
    labels.add(probabilities: Tensor([0.25, 0.125], shape: [1, 2]), truths: [[0]])
    #expect(labels.scores.subsetAccuracy == 1)
    func again<Scores: Codable>(_ scores: Scores) throws -> Scores {
      try JSONDecoder().decode(Scores.self, from: JSONEncoder().encode(scores))
    }
    #expect(try again(metrics.scores) == metrics.scores)
    #expect(try again(labels.scores) == labels.scores)
    #expect(try again(empty) == empty)
  }

  @Test("what is no probability is counted and shows")
  func notFinite() {
    var metrics = ClassificationMetrics(classCount: 2)
    metrics.add(probabilities: Tensor([.nan, 0.5, .infinity, 0], shape: [2, 2]), truths: [0, 0])
    #expect(metrics.scores.count == 2)
    #expect(metrics.scores.expectedCalibrationError?.isNaN ?? false)
  }

  @Test("classes and shapes that do not fit")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      var metrics = ClassificationMetrics(classCount: 2)
      metrics.add(prediction: 0, truth: 2)
    }
    await #expect(processExitsWith: .failure) {
      var metrics = ClassificationMetrics(classCount: 2)
      metrics.add(probabilities: Tensor(zeros: [2, 3]), truths: [0, 1])
    }
    await #expect(processExitsWith: .failure) {
      var metrics = MultiLabelMetrics(labelCount: 2)
      metrics.add(predictions: [0], truths: [2])
    }
  }
}
