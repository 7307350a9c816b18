import ArgumentParser
import LembraModels

/// How tokens are drawn.
struct SamplingArguments: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What scores are divided by: less is surer, 0 takes the most probable token. (default: 0.8)",
      valueName: "number"))
  var temperature: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Draw from this many of the most probable tokens.", valueName: "count"))
  var topK: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Draw from the most probable tokens that together have this probability.",
      valueName: "share"))
  var topP: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How much less probable what has occurred becomes. (default: 1, not at all)",
      valueName: "factor"))
  var repetitionPenalty: Double?

  /// The options that were given.
  var given: [String] {
    let all = [
      ("--temperature", temperature != nil), ("--top-k", topK != nil), ("--top-p", topP != nil),
      ("--repetition-penalty", repetitionPenalty != nil),
    ]
    return all.filter(\.1).map(\.0)
  }

  func options(seed: UInt64) -> SamplingOptions {
    SamplingOptions(
      temperature: temperature ?? 0.8, topK: topK, topP: topP,
      repetitionPenalty: repetitionPenalty ?? 1, seed: seed)
  }
}
