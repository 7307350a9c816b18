import ArgumentParser
import LembraModels

/// How translations are searched for.
struct SearchArguments: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How many translations are followed at a time; 1 is greedy.", valueName: "count"))
  var beam = 5

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How much longer translations are favoured.", valueName: "number"))
  var lengthPenalty = 1.0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What it costs to leave parts of the source unattended.", valueName: "number"))
  var coveragePenalty = 0.0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The fewest tokens of a translation.", valueName: "count"))
  var minLength = 0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The most tokens of a translation.", valueName: "count"))
  var maxLength = 200

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Let no run of so many tokens occur twice.", valueName: "count"))
  var blockRepeats: Int?

  @Option(
    name: .customLong("with"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "More models of the same tokens, whose mean probability counts.", valueName: "models"),
    completion: .file(extensions: ["safetensors"]))
  var others: [String] = []

  mutating func validate() throws {
    guard (1...1_000).contains(beam) else {
      throw ValidationError("--beam is \(beam); choose from 1 to 1000.")
    }
  }

  /// The options, with a beam that has room for the translations that are wanted.
  func options(best: Int = 1, returnsAttention: Bool = false) -> SearchOptions {
    SearchOptions(
      beamSize: max(beam, best), best: best, lengthPenalty: lengthPenalty,
      coveragePenalty: coveragePenalty, minimumLength: minLength, maximumLength: maxLength,
      blockedLength: blockRepeats, returnsAttention: returnsAttention)
  }

  /// The model and those beside it.
  func translators(_ model: String) throws -> [Translator] {
    try ([model] + others).map { path in try Translator(readingFrom: path) }
  }
}
