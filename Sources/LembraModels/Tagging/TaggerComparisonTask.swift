public import LembraData
import LembraLayers
public import LembraTensor
import LembraTraining

/// Comparing taggers: the sentences, and how every network is trained on them.
public struct TaggerComparisonTask: TextComparisonTask {
  public static let name = SequenceTagger.task

  public let training: TaggedSentences
  public let validation: TaggedSentences?
  public let test: TaggedSentences
  public let options: TaggerTrainingOptions
  public let vectors: WordVectors?

  /// Whether the tags of the training part mark spans.
  public let hasSpans: Bool

  /// - Parameters:
  ///   - training: the sentences that are learnt from.
  ///   - validation: the sentences that decide which epoch's weights are kept; nil for none.
  ///   - test: the sentences that the models are judged on.
  ///   - options: the words that are known, and how every network is trained.
  ///   - vectors: vectors of words that the embeddings begin with.
  /// - Throws: `LembraError` with code `invalidData` when tags mark spans in several ways.
  public init(
    training: TaggedSentences, validation: TaggedSentences?, test: TaggedSentences,
    options: TaggerTrainingOptions = TaggerTrainingOptions(), vectors: WordVectors? = nil
  ) throws(LembraError) {
    self.training = training
    self.validation = validation
    self.test = test
    self.options = options
    self.vectors = vectors
    if options.scheme != .free { _ = try training.scheme() }
    hasSpans = TagScheme.marksSpans(training.tags)
  }

  public var measures: [TextMeasure] {
    [
      TextMeasure("f1", "F1", isHigherBetter: true),
      TextMeasure("precision", "Precision", isHigherBetter: true),
      TextMeasure("recall", "Recall", isHigherBetter: true),
      TextMeasure("accuracy", "Accuracy", isHigherBetter: true),
    ]
  }

  public var trainingOptions: TextTrainingOptions { options.training }

  public var parts: TextParts {
    TextParts(
      file: training.file, unit: "sentence", training: training.count,
      validation: validation?.count ?? 0, test: test.count)
  }

  public var validationTitle: String {
    // Without a scheme, epochs are chosen by single tags.
    hasSpans && options.scheme != .free ? "1 − F1 of spans" : "Share of wrong tags"
  }

  public func validate() throws {
    try options.training.validate(hasValidation: validation != nil)
  }

  public func train(
    _ candidate: TaggerArchitecture, seed: UInt64, supervision: TrainingSupervision
  ) throws -> TextTrainingResult<SequenceTagger> {
    var options = options
    options.training.seed = seed
    return try SequenceTagger.train(
      on: training, validation: validation, architecture: candidate, options: options,
      vectors: vectors, supervision: supervision)
  }

  public func evaluate(_ model: SequenceTagger) throws -> TaggerEvaluation {
    model.evaluate(test)
  }

  public func scores(of evaluation: TaggerEvaluation) -> [String: Double] {
    guard hasSpans else { return ["accuracy": evaluation.accuracy] }
    let spans = evaluation.spans
    return [
      "f1": spans.f1, "precision": spans.precision, "recall": spans.recall,
      "accuracy": evaluation.accuracy,
    ]
  }
}

extension TaggerArchitecture: TextComparisonCandidate {
  /// The name of cell, direction and output, such as `bilstm-crf`.
  public var name: String { title.lowercased() }
}
