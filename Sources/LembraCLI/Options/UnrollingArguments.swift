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

  /// The names of those that were given.
  var given: [String] {
    (memory == nil ? [] : ["--memory"]) + (truncate == nil ? [] : ["--truncate"])
  }

  /// Refuses to unroll networks without steps, of which it would change nothing.
  func check(anyIsRecurrent: Bool) throws {
    guard let name = given.first, !anyIsRecurrent else { return }
    throw ValidationError(
      "\(name) is for recurrent layers, and there are none; leave it out, or choose another model.")
  }

  /// These options for a training of texts.
  func applied(to options: TextTrainingOptions) -> TextTrainingOptions {
    var options = options
    options.memory = memory
    options.truncation = truncate
    return options
  }
}
