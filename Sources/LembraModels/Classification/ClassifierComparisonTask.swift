public import LembraData
import LembraLayers
import LembraTensor
import LembraTraining

/// Comparing classifiers: the texts, and how every network is trained on them.
public struct ClassifierComparisonTask: TextComparisonTask {
  public static let name = TextClassifier.task

  public let training: LabelledTexts
  public let validation: LabelledTexts?
  public let test: LabelledTexts

  /// Whether a text may have several labels; when nil, if one does.
  public let isMultiLabel: Bool?
  public let options: ClassifierTrainingOptions
  public let vectors: WordVectors?

  /// - Parameters:
  ///   - training: the texts that are learnt from.
  ///   - validation: the texts that decide which epoch's weights are kept; nil for none.
  ///   - test: the texts that the models are judged on.
  ///   - isMultiLabel: whether a text may have several labels; when nil, if one does.
  ///   - options: the words that are known, and how every network is trained.
  ///   - vectors: vectors of words that the embeddings begin with.
  public init(
    training: LabelledTexts, validation: LabelledTexts?, test: LabelledTexts,
    isMultiLabel: Bool? = nil, options: ClassifierTrainingOptions = ClassifierTrainingOptions(),
    vectors: WordVectors? = nil
  ) {
    self.training = training
    self.validation = validation
    self.test = test
    self.isMultiLabel = isMultiLabel
    self.options = options
    self.vectors = vectors
  }

  public var measures: [TextMeasure] {
    [
      TextMeasure("accuracy", "Accuracy", isHigherBetter: true),
      TextMeasure("macroF1", "Macro F1", isHigherBetter: true),
      TextMeasure("microF1", "Micro F1", isHigherBetter: true),
      TextMeasure("crossEntropy", "Cross-entropy", isHigherBetter: false),
      TextMeasure("calibrationError", "Calibration error", isHigherBetter: false),
    ]
  }

  public var trainingOptions: TextTrainingOptions { options.training }

  public var parts: TextParts {
    TextParts(
      file: training.file, unit: "text", training: training.count,
      validation: validation?.count ?? 0, test: test.count)
  }

  public var validationTitle: String { "Share of texts with wrong labels" }

  public func validate() throws {
    try options.validate(hasValidation: validation != nil)
    let several = isMultiLabel ?? training.labels.contains { $0.count != 1 }
    let labels = Set(training.labels.joined()).sorted()
    for part in [validation, test].compactMap(\.self) {
      _ = try ClassifiedTexts.targets(of: part, among: labels, isMultiLabel: several)
    }
  }

  public func train(
    _ candidate: ClassifierArchitecture, seed: UInt64, supervision: TrainingSupervision
  ) throws -> TextTrainingResult<TextClassifier> {
    var options = options
    options.training.seed = seed
    return try TextClassifier.train(
      on: training, validation: validation, isMultiLabel: isMultiLabel, architecture: candidate,
      options: options, vectors: vectors, supervision: supervision)
  }

  public func evaluate(_ model: TextClassifier) throws -> ClassifierEvaluation {
    try model.evaluate(test)
  }

  public func scores(of evaluation: ClassifierEvaluation) -> [String: Double] {
    let (single, multi) = (evaluation.scores, evaluation.multiLabelScores)
    // Of one label a text, the F1 of all labels together is the accuracy.
    let scores = [
      "accuracy": single?.accuracy ?? multi?.subsetAccuracy,
      "macroF1": single?.macroF1 ?? multi?.macroF1, "microF1": multi?.microF1,
      "crossEntropy": single?.crossEntropy,
      "calibrationError": single?.expectedCalibrationError,
    ]
    return scores.compactMapValues(\.self)
  }
}

extension ClassifierArchitecture: TextComparisonCandidate {
  public var name: String { kind.rawValue }
  public var title: String { kind.title }
}
