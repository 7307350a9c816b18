import ArgumentParser
import LembraData

/// Models that were saved before, or a step of a training.
struct SavedModelsArgument: ParsableArguments {
  @Argument(
    help: """
      The model, a .safetensors file that train has saved; several for --gradients; or a step that \
      train --diagnose has kept.
      """,
    completion: .file(extensions: ["safetensors"]))
  var models: [String]
}

/// How far the gradients of models reach back.
struct GradientOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Follow the gradient of the loss at the end of sequences back in time: the data, as for \
      evaluate; pairs may also be given by --source and --target.
      """, valueName: "data"),
    completion: .file())
  var gradients: String?

  @OptionGroup var sides: TranslationSideOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Write a page with charts of the gradients.", valueName: "file.html"),
    completion: .file(extensions: ["html"]))
  var html: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Plot what is left of the gradients by the distance from the end.", valueName: "file.svg"),
    completion: .file(extensions: ["svg"]))
  var plot: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The most sequences that are read, evenly spread. (default: 256)", valueName: "count"))
  var sequences: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The tokens through which a language model is followed back. (default: 64)",
      valueName: "count"))
  var steps: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Take windows from the last rows of a series only: 100 or 20%. (default: all rows)",
      valueName: "rows"),
    transform: { try Share(parsing: $0) })
  var test: Share?

  /// The most sequences that are read.
  var mostSequences: Int { sequences ?? 256 }

  /// The tokens through which a language model is followed back.
  var stepsBack: Int { steps ?? 64 }

  /// Whether gradients are asked for.
  var areWanted: Bool { gradients != nil || sides.source != nil }

  /// The name of the data, for documents.
  var name: String { gradients ?? sides.source ?? "" }

  /// The data of a model that reads one file.
  ///
  /// - Throws: `ValidationError` when none is named.
  func required() throws -> String {
    guard let gradients else {
      throw ValidationError("--source and --target are for translators; give --gradients a file.")
    }
    return gradients
  }

  mutating func validate() throws {
    try require("--sequences", sequences, in: 1...1_000_000)
    try require("--steps", steps, in: 1...100_000)
    for (isGiven, name) in [
      (html != nil, "--html"), (plot != nil, "--plot"), (sequences != nil, "--sequences"),
      (steps != nil, "--steps"), (test != nil, "--test"),
    ] where isGiven && !areWanted {
      throw ValidationError("\(name) is for --gradients; add it.")
    }
  }
}
