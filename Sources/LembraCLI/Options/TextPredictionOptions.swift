import ArgumentParser

/// What is said of each text.
struct TextPredictionOptions: ParsableArguments {
  @Option(
    name: .customLong("n-best"), parsing: .unconditional,
    help: ArgumentHelp("How many ways to tag or translate each line are given.", valueName: "count")
  )
  var best = 1

  @Flag(help: "Give the probability of every label, or of each word's tag.")
  var probabilities = false

  @Flag(help: "Give the token of the source that each token of a translation attended to most.")
  var alignments = false

  @Flag(help: "Leave out lines of words in columns that begin with #.")
  var comments = false

  mutating func validate() throws { try require("--n-best", best, in: 1...1_000) }
}
