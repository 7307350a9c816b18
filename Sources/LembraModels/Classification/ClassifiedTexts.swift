import LembraData
import LembraLayers
import LembraTensor

/// Texts as a classifier reads them: tokens, and the labels' numbers.
struct ClassifiedTexts: Codable {
  var tokens: [[Int]]

  /// The labels of each text, in rising order.
  private(set) var targets: [[Int]]

  private let labelCount: Int
  private let isMultiLabel: Bool

  /// - Throws: `LembraError` with the line of a text whose label the model does not know.
  init(_ texts: LabelledTexts, _ configuration: ClassifierConfiguration) throws(LembraError) {
    tokens = texts.texts.map(configuration.tokens)
    targets = try Self.targets(
      of: texts, among: configuration.labels, isMultiLabel: configuration.isMultiLabel)
    labelCount = configuration.labels.count
    isMultiLabel = configuration.isMultiLabel
  }

  /// The numbers of the labels of each text, in rising order.
  ///
  /// - Throws: `LembraError` with the line of a text whose labels are not among `labels`, or are
  ///   not one where that is asked for.
  static func targets(
    of texts: LabelledTexts, among labels: [String], isMultiLabel: Bool
  ) throws(LembraError) -> [[Int]] {
    let numbers = Dictionary(
      labels.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var targets: [[Int]] = []
    for (index, given) in texts.labels.enumerated() {
      // Texts that come from no file have no lines.
      let line = texts.lines.isEmpty ? nil : texts.lines[index]
      var own: [Int] = []
      for label in given {
        guard let number = numbers[label] else {
          throw LembraError(
            .invalidData, "the label '\(label)' is none of those that were learnt",
            remedy: "use the labels \(listed(labels)), or train with this one",
            at: .init(file: texts.file, line: line))
        }
        own.append(number)
      }
      guard isMultiLabel || own.count == 1 else {
        throw LembraError(
          .invalidData, "the text has \(counted(own.count, "label")), and the model gives one",
          remedy: "give each text one label, or train a model of several",
          at: .init(file: texts.file, line: line))
      }
      targets.append(Set(own).sorted())
    }
    return targets
  }

  var count: Int { tokens.count }

  /// All texts, as a batch.
  var indices: ArraySlice<Int> { Array(tokens.indices)[...] }

  /// Some of the texts.
  func chosen(_ batch: some Sequence<Int>) -> ClassifiedTexts {
    var texts = self
    texts.tokens = batch.map { tokens[$0] }
    texts.targets = batch.map { targets[$0] }
    return texts
  }

  /// Whether they can be texts of a configuration, wherever they come from.
  func fits(_ configuration: ClassifierConfiguration) -> Bool {
    count > 0 && targets.count == count && labelCount == configuration.labels.count
      && isMultiLabel == configuration.isMultiLabel
      && tokens.allSatisfy { text in
        !text.isEmpty && text.allSatisfy((0..<configuration.tokenizer.count).contains)
      }
      && targets.allSatisfy { labels in
        (isMultiLabel || labels.count == 1) && labels.allSatisfy((0..<labelCount).contains)
      }
  }

  /// Whether classes can count so: the texts count for something, and nothing for less than nothing.
  func accept(_ classWeights: Tensor, classes: Int) -> Bool {
    guard classWeights.shape == [classes] else { return false }
    let weights = classWeights.array
    return weights.allSatisfy { $0.isFinite && $0 >= 0 }
      && (isMultiLabel || targets.contains { $0.contains { weights[$0] > 0 } })
  }

  /// The loss of a batch, from the scores of its texts.
  func loss(
    _ scores: Tensor, of batch: ArraySlice<Int>, classWeights: Tensor?, smoothing: Float
  ) -> Tensor {
    guard isMultiLabel else {
      return scores.crossEntropy(
        batch.map { targets[$0].first }, classWeights: classWeights, labelSmoothing: smoothing)
    }
    var truth = [Float](
      repeating: smoothing / 2, count: batch.count * labelCount)
    for (row, index) in batch.enumerated() {
      for label in targets[index] { truth[row * labelCount + label] = 1 - smoothing / 2 }
    }
    return scores.binaryCrossEntropy(
      to: Tensor(truth, shape: scores.shape), positiveWeights: classWeights)
  }

  /// What makes every class count the same: for one label a text, `texts / (classes · texts of the
  /// class)`; for several, the texts without a label over those with it.
  var balancedWeights: Tensor {
    var counts = [Double](repeating: 0, count: labelCount)
    for label in targets.joined() { counts[label] += 1 }
    let total = Double(count)
    return Tensor(
      counts.map { own in
        guard own > 0 else { return 1 }
        return Float(isMultiLabel ? (total - own) / own : total / (Double(labelCount) * own))
      }, shape: [labelCount])
  }
}

/// The first of many names with commas between them.
func listed(_ names: [String], most: Int = 12) -> String {
  names.prefix(most).joined(separator: ", ") + (names.count > most ? ", …" : "")
}
