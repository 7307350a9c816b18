import ArgumentParser
import LembraFormats
import LembraModels
import LembraReport
import LembraTensor

/// `lembra inspect`: shows what is in a saved model.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show what a saved model is made of, how it was trained and how far it looks back.",
    discussion: """
      Example:

        lembra inspect sales.safetensors

      With --plan it also shows how the recurrent layers divide their work among \
      threads, for one window (or a text of 32 tokens) and for a batch of training, \
      and what every way to divide it would take by the cost model that chooses \
      between them. The results are the same for all of them.

      With --gradients it follows the gradient of the loss at the end of windows, \
      texts or sentences back in time, step by step, for one model or for several \
      side by side.

      Example: does the gradient vanish?

        lembra inspect rnn.safetensors lstm.safetensors gru.safetensors \\
          --gradients sales.csv --html gradients.html

      A step that train --diagnose has kept, because a number in it was not finite \
      or its gradient was 1,000 times as long as usual, is run again.
      """)

  @OptionGroup(title: "Data") var saved: SavedModelsArgument
  @OptionGroup(title: "Gradients") var flow: GradientOptions
  @OptionGroup(title: "Gradients") var reading: ReadingOptions
  @OptionGroup(title: "Gradients") var texts: TextReadingOptions
  @OptionGroup(title: "Computation") var threads: ThreadOptions
  @OptionGroup(title: "Output") var talk: TalkOptions

  @Flag(help: "Show how work is divided among threads.")
  var plan = false

  mutating func validate() throws {
    if plan, flow.areWanted {
      throw ValidationError("--plan and --gradients show different things; leave one out.")
    }
    guard saved.models.count > 1, !flow.areWanted else { return }
    throw ValidationError("Several models are shown side by side with --gradients; add it.")
  }

  func run() throws {
    threads.apply()
    if flow.areWanted { return try inspectGradients() }
    let model = saved.models[0]
    if try ModelFile.task(ofFileAt: model) == StepReplay.task { return try replay(model) }
    if var description = try textModel(model) {
      if plan { description.addPlan() }
      return try StandardStreams.printResult(
        talk.json ? jsonText(of: description.document) : description.text)
    }
    let forecaster = try Forecaster(readingFrom: model)
    let description = ModelDescription(
      forecaster, file: model, plan: plan ? PlanDescription(forecaster) : nil)
    try StandardStreams.printResult(
      talk.json ? jsonText(of: description.document) : description.text)
  }

  /// The description of a model of texts; nil for a model of forecasts.
  private func textModel(_ file: String) throws -> TextModelDescription? {
    switch try ModelFile.task(ofFileAt: file) {
    case TextClassifier.task:
      TextModelDescription(try TextClassifier(readingFrom: file), file: file)
    case SequenceTagger.task:
      TextModelDescription(try SequenceTagger(readingFrom: file), file: file)
    case LanguageModel.task: TextModelDescription(try LanguageModel(readingFrom: file), file: file)
    case Translator.task: TextModelDescription(try Translator(readingFrom: file), file: file)
    default: nil
    }
  }
}
