import ArgumentParser
import LembraData
import LembraModels
import LembraTraining

/// How a model of texts is trained; what is not given is left to the task.
struct TextTrainingArguments: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The most passes over the training part.", valueName: "count"))
  var epochs: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "End training after this time; the learning rate falls accordingly.", valueName: "minutes"))
  var minutes: Double?

  @Option(parsing: .unconditional, help: "The optimizer. (default: adamw)")
  var optimizer: OptimizerName?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("The largest learning rate.", valueName: "rate"))
  var learningRate: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      How the learning rate changes, lengths counting thousandths of the training: \
      \(LearningRateSchedule.forms.joined(separator: ", ")).
      """,
      valueName: "schedule"),
    transform: { try LearningRateSchedule($0) })
  var schedule: LearningRateSchedule?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The texts, sentences or streams of a step.", valueName: "count"))
  var batch: Int?

  @Option(parsing: .unconditional, help: ArgumentHelp("The decay of weights.", valueName: "rate"))
  var weightDecay: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The longest gradient of a step, as a norm.", valueName: "norm"))
  var clipNorm: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Judge and keep weights averaged over about so many of the last epochs; 0 for none.",
      valueName: "epochs"))
  var average: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Stop after this many epochs without a better validation score.", valueName: "epochs"))
  var patience: Int?

  mutating func validate() throws {
    if let clipNorm, !(clipNorm > 0) {
      throw ValidationError("--clip-norm is \(clipNorm); choose a number above 0.")
    }
    if let average, !(average >= 0) {
      throw ValidationError("--average is \(average); choose 0 or more.")
    }
    if let minutes, !(minutes > 0) {
      throw ValidationError("--minutes is \(minutes); choose a number above 0.")
    }
  }

  /// These options, with those of `standard` where none was given.
  func options(_ standard: TextTrainingOptions, seed: UInt64) -> TextTrainingOptions {
    var options = standard
    options.optimizer = optimizer ?? standard.optimizer
    options.learningRate = learningRate ?? standard.learningRate
    options.schedule = schedule ?? standard.schedule
    options.weightDecay = weightDecay ?? standard.weightDecay
    if let clipNorm { options.clipping = GradientClipping(norm: clipNorm) }
    // A time limit alone is what ends training.
    options.epochs = epochs ?? (minutes == nil ? standard.epochs : Self.mostEpochs)
    options.minutes = minutes
    options.batchSize = batch ?? standard.batchSize
    if let average { options.averagedEpochs = average > 0 ? average : nil }
    options.patience = patience ?? standard.patience
    options.seed = seed
    return options
  }

  /// The layers and the training that suit a text, where nothing else is asked for.
  func plan(for tokenizer: Tokenizer, of text: TextFile) -> LanguagePlan {
    LanguagePlan(
      isOfCharacters: tokenizer.kind == .characters, characterCount: text.characterCount,
      minutes: minutes, epochs: epochs)
  }

  /// More epochs than any time limit leaves time for.
  private static let mostEpochs = 1_000_000
}
