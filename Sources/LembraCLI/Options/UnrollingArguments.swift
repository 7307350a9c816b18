import ArgumentParser
import LembraLayers
import LembraModels

/// How recurrent layers are unrolled in training.
struct UnrollingArguments: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      How much of what recurrent layers compute is kept for the way back, such as 64MB or 1GB; the rest is \
      computed again. Results do not depend on it. Of a translator it is the encoder's. (default: all)
      """,
      valueName: "size"),
    transform: { try MemoryBudget($0) })
  var memory: MemoryBudget?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Let gradients flow back through at most so many steps of recurrent layers, of a translator's \
      encoder. (default: all)
      """, valueName: "steps"))
  var truncate: Int?

  mutating func validate() throws {
    if let truncate, truncate < 1 {
      throw ValidationError("--truncate is \(truncate); choose 1 or more, or leave it out.")
    }
  }

  /// These options for a training of texts.
  func applied(to options: TextTrainingOptions) -> TextTrainingOptions {
    var options = options
    options.memory = memory
    options.truncation = truncate
    return options
  }
}
