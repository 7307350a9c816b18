import ArgumentParser

/// What a command says.
struct TalkOptions: ParsableArguments {
  @Flag(help: "Write one JSON document to standard output and nothing else.")
  var json = false

  @Flag(name: .shortAndLong, help: "Say nothing but the result: no progress and no remarks.")
  var quiet = false
}

/// A page for people to look at.
struct PageOption: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Write a report with tables and plots.", valueName: "file.html"),
    completion: .file(extensions: ["html"]))
  var report: String?
}

/// Files for people to look at.
struct ReportOptions: ParsableArguments {
  @OptionGroup var page: PageOption

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Plot truth and forecasts of the test part.", valueName: "file.svg"),
    completion: .file(extensions: ["svg"]))
  var plot: String?

  var report: String? { page.report }
}

/// A model that was saved before.
struct SavedModelArgument: ParsableArguments {
  @Argument(
    help: "The model, a .safetensors file that train has saved.",
    completion: .file(extensions: ["safetensors"]))
  var model: String
}

/// The files of a training.
struct TrainingFileOptions: ParsableArguments {
  @Option(
    name: .shortAndLong, parsing: .unconditional,
    help: ArgumentHelp("Where the model is saved, as .safetensors.", valueName: "model"),
    completion: .file(extensions: ["safetensors"]))
  var output: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Keep the state of training here after every epoch. (default: only when interrupted, beside \
      the model)
      """, valueName: "file"),
    completion: .file())
  var checkpoint: String?

  @Flag(
    help:
      "Go on from the checkpoint, to the same bits as without a break unless --minutes is given.")
  var resume = false

  var checkpointPath: String { checkpoint ?? output + ".checkpoint" }
}

/// How many forecasts are made and where they go.
struct ForecastWritingOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The number of rows to forecast. (default: the horizon of the model)", valueName: "count"))
  var steps: Int?

  @Option(
    parsing: .unconditional,
    help: """
      The format; texts are written as they are, or as json. (default: what the name of the file ends in, \
      or csv)
      """)
  var format: ForecastFormat?

  @Option(
    name: .shortAndLong, parsing: .unconditional,
    help: ArgumentHelp("Where the answers go. (default: standard output)", valueName: "file"),
    completion: .file(extensions: ["csv", "json"]))
  var output: String?

  mutating func validate() throws { try require("--steps", steps, in: 1...1_000_000) }

  var chosenFormat: ForecastFormat {
    format ?? (output?.lowercased().hasSuffix(".json") == true ? .json : .csv)
  }
}

/// How forecasts are written.
enum ForecastFormat: String, CaseIterable, ExpressibleByArgument {
  case csv
  case json
}
