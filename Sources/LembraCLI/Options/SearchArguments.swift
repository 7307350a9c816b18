import ArgumentParser
import LembraModels
import LembraReport

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
  var minTokens = 0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The most tokens of a translation.", valueName: "count"))
  var maxTokens = 200

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The most tokens of a translation for each of the source, besides ten; 0 for any number.",
      valueName: "number"))
  var maxRatio = 3.0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Let no run of so many tokens occur twice.", valueName: "count"))
  var blockRepeats: Int?

  mutating func validate() throws { try require("--beam", beam, in: 1...1_000) }

  /// The options, with a beam that has room for the translations that are wanted.
  func options(
    best: Int = 1, returnsAttention: Bool = false, sampling: SamplingOptions? = nil
  ) -> SearchOptions {
    SearchOptions(
      beamSize: max(beam, best), best: best, lengthPenalty: lengthPenalty,
      coveragePenalty: coveragePenalty, minimumLength: minTokens, maximumLength: maxTokens,
      maximumLengthRatio: maxRatio == 0 ? nil : maxRatio, blockedLength: blockRepeats,
      returnsAttention: returnsAttention, sampling: sampling)
  }

  /// Says that translations were cut off, if some were.
  func warn(ofCut count: Int, _ narrator: Narrator) {
    guard count > 0 else { return }
    narrator.remark(
      "\(NumberText.counted(count, "translation")) ended because no more tokens are allowed; "
        + "see --max-tokens and --max-ratio")
  }
}

/// How translations are drawn instead.
struct DrawingOptions: ParsableArguments {
  @Flag(help: "Draw translations token by token, instead of searching for the most probable.")
  var sample = false

  @OptionGroup var sampling: SamplingArguments
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What the draws come from. (default: 0)", valueName: "number"))
  var seed: UInt64?

  mutating func validate() throws {
    if !sample, let option = sampling.given.first ?? seed.map({ _ in "--seed" }) {
      throw ValidationError("\(option) is for drawing; add --sample.")
    }
  }

  /// How tokens are drawn, if they are.
  var options: SamplingOptions? { sample ? sampling.options(seed: seed ?? 0) : nil }
}

/// The models that decide together with the first one.
struct EnsembleOption: ParsableArguments {
  @Option(
    name: .customLong("with"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Another model of the same tokens, to decide together; may be given again.",
      valueName: "model"),
    completion: .file(extensions: ["safetensors"]))
  var others: [String] = []

  /// The model and those beside it.
  func translators(_ model: String) throws -> [Translator] {
    try ([model] + others).map { path in try Translator(readingFrom: path) }
  }
}
