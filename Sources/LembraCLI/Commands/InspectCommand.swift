import ArgumentParser
import LembraFormats
import LembraModels
import LembraReport
import LembraTensor

/// `lembra inspect`: shows what is in a saved model.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show what a saved model is made of and how it was trained.",
    discussion: """
      Example:

        lembra inspect sales.safetensors

      With --plan it also shows how the recurrent layers divide their work among threads, for one
      window (or a text of 32 tokens) and for a batch of training, and what every way to divide it
      would take by the cost model that chooses between them. The results are the same for all of
      them.
      """)

  @OptionGroup(title: "Data") var saved: SavedModelArgument
  @OptionGroup(title: "Computation") var threads: ThreadOptions
  @OptionGroup(title: "Output") var talk: TalkOptions

  @Flag(help: "Show how work is divided among threads.")
  var plan = false

  func run() throws {
    threads.apply()
    if var description = try textModel() {
      if plan { description.addPlan() }
      return try StandardStreams.printResult(
        talk.json ? jsonText(of: description.document) : description.text)
    }
    let forecaster = try Forecaster(readingFrom: saved.model)
    let description = ModelDescription(
      forecaster, file: saved.model, plan: plan ? PlanDescription(forecaster) : nil)
    try StandardStreams.printResult(
      talk.json ? jsonText(of: description.document) : description.text)
  }

  /// The description of a model of texts; nil for a model of forecasts.
  private func textModel() throws -> TextModelDescription? {
    let file = saved.model
    return switch try ModelFile.task(ofFileAt: file) {
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
