public import LembraData
import LembraLayers
import LembraTensor
public import LembraTraining

/// Comparing language models: the text, and how every network is trained on it.
public struct LanguageComparisonTask: TextComparisonTask {
  public static let name = LanguageModel.task

  /// How well a language model did, and how it writes.
  public struct Evaluation: Sendable {
    /// The scores over every token of the test part.
    public let scores: LanguageScores

    /// What the model wrote.
    public let sample: String
  }

  /// The text that a model writes after training.
  public struct Sample: Hashable, Sendable {
    /// The text to go on from; empty to begin anew.
    public var prompt: String

    /// The number of tokens.
    public var count: Int
    public var options: SamplingOptions

    public init(
      prompt: String = "", count: Int = 400,
      options: SamplingOptions = SamplingOptions(temperature: 0.8)
    ) {
      self.prompt = prompt
      self.count = count
      self.options = options
    }
  }

  public let training: TextFile
  public let validation: TextFile

  /// What models are judged on; the validation part when nil.
  public let test: TextFile?
  public let tokenizer: Tokenizer
  public let trainingOptions: TextTrainingOptions

  /// The steps through which gradients flow.
  public let steps: Int
  public let sample: Sample

  /// - Parameters:
  ///   - training: the text that is learnt from.
  ///   - validation: the text that decides which epoch's weights are kept.
  ///   - test: the text that the models are judged on; the validation part when nil.
  ///   - tokenizer: what turns text into tokens.
  ///   - options: how every network is trained.
  ///   - steps: the steps through which gradients flow.
  ///   - sample: what every model is to write.
  public init(
    training: TextFile, validation: TextFile, test: TextFile? = nil, tokenizer: Tokenizer,
    options: TextTrainingOptions = TextTrainingOptions(), steps: Int = 64,
    sample: Sample = Sample()
  ) {
    self.training = training
    self.validation = validation
    self.test = test
    self.tokenizer = tokenizer
    self.trainingOptions = options
    self.steps = steps
    self.sample = sample
  }

  public var measures: [TextMeasure] {
    [
      TextMeasure("nats", "Nats", isHigherBetter: false),
      TextMeasure("bits", "Bits", isHigherBetter: false),
      TextMeasure("perplexity", "Perplexity", isHigherBetter: false),
      TextMeasure("bitsPerCharacter", "Bits a character", isHigherBetter: false),
    ]
  }

  public var parts: TextParts {
    TextParts(
      file: training.file, unit: "character", training: training.characterCount,
      validation: validation.characterCount, test: test?.characterCount)
  }

  public var validationTitle: String { "Nats a token" }

  public func validate() throws {
    try trainingOptions.validate(hasValidation: true)
    try sample.options.validate()
    try require(
      validation.characterCount > 0, "there is no validation part to choose the best epoch by",
      "hold back a validation part, such as 10%", "validation")
  }

  public func train(
    _ candidate: LanguageArchitecture, seed: UInt64, supervision: TrainingSupervision
  ) throws -> TextTrainingResult<LanguageModel> {
    var options = trainingOptions
    options.seed = seed
    return try LanguageModel.train(
      on: training, validation: validation, tokenizer: tokenizer, architecture: candidate,
      options: options, steps: steps, supervision: supervision)
  }

  public func evaluate(_ model: LanguageModel) throws -> Evaluation {
    Evaluation(
      scores: try model.scores(of: model.corpus(of: test ?? validation)),
      sample: try model.generate(sample.prompt, count: sample.count, options: sample.options))
  }

  public func scores(of evaluation: Evaluation) -> [String: Double] {
    let scores = evaluation.scores
    var result = ["nats": scores.nats, "bits": scores.bits, "perplexity": scores.perplexity]
    // Where tokens are characters it is the bits of a token.
    if tokenizer.kind != .characters { result["bitsPerCharacter"] = scores.bitsPerCharacter }
    return result
  }
}

extension LanguageArchitecture: TextComparisonCandidate {
  public var name: String { cell.rawValue }
  public var title: String { cell.title }
}
