public import LembraData
import LembraLayers
import LembraTensor
import LembraTraining

/// Comparing translators: the pairs, and how every network is trained on them.
public struct TranslatorComparisonTask: TextComparisonTask {
  public static let name = Translator.task

  public let training: ParallelTexts
  public let validation: ParallelTexts?
  public let test: ParallelTexts
  public let tokenizers: TranslatorTokenizers
  public let options: TranslatorTrainingOptions
  public let search: SearchOptions

  /// - Parameters:
  ///   - training: the pairs that are learnt from.
  ///   - validation: the pairs that decide which epoch's weights are kept; nil for none.
  ///   - test: the pairs that the models are judged on.
  ///   - tokenizers: what makes tokens of both languages.
  ///   - options: how every network is trained.
  ///   - search: how translations are searched for when models are judged.
  public init(
    training: ParallelTexts, validation: ParallelTexts?, test: ParallelTexts,
    tokenizers: TranslatorTokenizers,
    options: TranslatorTrainingOptions = TranslatorTrainingOptions(),
    search: SearchOptions = SearchOptions()
  ) {
    self.training = training
    self.validation = validation
    self.test = test
    self.tokenizers = tokenizers
    self.options = options
    self.search = search
  }

  public var measures: [TextMeasure] {
    [
      TextMeasure("bleu", "BLEU", isHigherBetter: true),
      TextMeasure("chrf", "chrF", isHigherBetter: true),
      TextMeasure("perplexity", "Perplexity", isHigherBetter: false),
      TextMeasure("tokenAccuracy", "Right tokens", isHigherBetter: true),
      TextMeasure("wordErrorRate", "WER", isHigherBetter: false),
      TextMeasure("exact", "Exact", isHigherBetter: true),
    ]
  }

  public var trainingOptions: TextTrainingOptions { options.training }

  public var parts: TextParts {
    TextParts(
      file: training.sourceFile, unit: "pair", training: training.count,
      validation: validation?.count ?? 0, test: test.count)
  }

  public var validationTitle: String { "1 − chrF / 100" }

  public func validate() throws {
    try options.validate(hasValidation: validation != nil)
    try search.validate()
  }

  public func train(
    _ candidate: TranslatorArchitecture, seed: UInt64, supervision: TrainingSupervision
  ) throws -> TextTrainingResult<Translator> {
    // Before it is trained in vain.
    try candidate.check(search)
    var options = options
    options.training.seed = seed
    return try Translator.train(
      on: training, validation: validation, tokenizers: tokenizers, architecture: candidate,
      options: options, supervision: supervision)
  }

  public func evaluate(_ model: Translator) throws -> TranslationEvaluation {
    try model.evaluate(test, options: search)
  }

  public func scores(of evaluation: TranslationEvaluation) -> [String: Double] {
    [
      "bleu": evaluation.bleu.score, "chrf": evaluation.chrF.score,
      "perplexity": evaluation.taught.perplexity,
      "tokenAccuracy": evaluation.taught.tokenAccuracy,
      "wordErrorRate": evaluation.wordErrors.rate, "exact": evaluation.exact,
    ]
  }
}

extension TranslatorArchitecture: TextComparisonCandidate {}
