import ArgumentParser
import LembraModels
import LembraTensor

/// `lembra generate`: goes on from a text by a language model.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Let a language model go on from a text.",
    usage: "lembra generate <model> [<options>]",
    discussion: """
      The text appears token by token as it is drawn; a closed pipe ends it quietly. The same seed \
      draws the same text.

      Example: two hundred tokens after a name, with only the likely ones to choose from.

        lembra generate shakespeare.safetensors --prompt ROMEO: --count 200 --top-p 0.9
      """)

  @OptionGroup(title: "Data") var saved: SavedModelArgument

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The text to go on from. (default: a new line)", valueName: "text"))
  var prompt = ""

  @Option(parsing: .unconditional, help: ArgumentHelp("The tokens to draw.", valueName: "count"))
  var count = 500

  @OptionGroup(title: "Sampling") var sampling: SamplingArguments
  @OptionGroup(title: "Computation") var seed: SeedOption
  @OptionGroup(title: "Computation") var threads: ThreadOptions
  @OptionGroup(title: "Computation") var precision: PrecisionOption
  @OptionGroup(title: "Output") var talk: TalkOptions

  mutating func validate() throws { try require("--count", count, in: 0...100_000_000) }

  func run() throws {
    threads.apply()
    Interruption.listen()
    let model = try LanguageModel(readingFrom: saved.model).running(at: precision.precision)
    precision.remark(Narrator(talk))
    let options = sampling.options(seed: seed.seed)
    if talk.json {
      var text = ""
      try model.generate(prompt, count: count, options: options) {
        text += $0
        return !Interruption.isRequested
      }
      try StandardStreams.printResult(
        jsonText(
          of: Document(
            model: saved.model, prompt: prompt, seed: seed.seed, precision: precision.name,
            text: text)))
      return
    }
    try StandardStreams.print(prompt)
    var last = prompt.last
    try model.generate(prompt, count: count, options: options) { text in
      try StandardStreams.print(text)
      last = text.last
      return !Interruption.isRequested
    }
    if last?.isNewline != true { try StandardStreams.print("\n") }
  }

  private struct Document: Encodable {
    var model: String
    var prompt: String
    var seed: UInt64
    var precision: String?
    var text: String
  }
}
