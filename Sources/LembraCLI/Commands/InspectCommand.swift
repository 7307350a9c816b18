import ArgumentParser
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
      """)

  @OptionGroup(title: "Data") var saved: SavedModelArgument
  @OptionGroup(title: "Output") var talk: TalkOptions

  func run() throws {
    let description = ModelDescription(try Forecaster(readingFrom: saved.model), file: saved.model)
    try StandardStreams.printResult(
      talk.json ? jsonText(of: description.document) : description.text)
  }
}
