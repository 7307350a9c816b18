import ArgumentParser
import LembraLayers
import LembraTensor

/// What `lembra benchmark memory` trains, and on how much.
struct MemoryWorkOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: "The kind of cell.")
  var kind = RecurrentKind.lstm

  @Option(
    parsing: .unconditional, help: ArgumentHelp("The units of a layer.", valueName: "count"))
  var units = 128

  @Option(
    parsing: .unconditional, help: ArgumentHelp("The features of a step.", valueName: "count"))
  var features = 8

  @Option(parsing: .unconditional, help: ArgumentHelp("The layers.", valueName: "count"))
  var layers = 1

  @Option(parsing: .unconditional, help: ArgumentHelp("The sequences.", valueName: "count"))
  var batch = 1

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The steps of the long sequences.", valueName: "count"))
  var steps = 1_000_000

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The steps of those that everything is kept of.", valueName: "count"))
  var shortSteps = 20_000

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The memory beyond the input, such as 64MB or 1GB. (default: 128 MB)", valueName: "size"),
    transform: { try MemoryBudget($0) })
  var memory = MemoryBudget(bytes: 128_000_000)

  mutating func validate() throws {
    try require("--units", units, in: 1...1 << 16)
    try require("--features", features, in: 1...1 << 16)
    try require("--layers", layers, in: 1...100)
    try require("--batch", batch, in: 1...1 << 20)
    try require("--steps", steps, in: 1...1 << 40)
    try require("--short-steps", shortSteps, in: 1...1 << 40)
  }

  var setting: MemoryMeasurement.Setting {
    MemoryMeasurement.Setting(
      kind: kind, units: units, features: features, layers: layers, batch: batch, steps: steps,
      shortSteps: shortSteps, memoryBytes: memory.bytes)
  }

  /// Refuses what the machine has no memory for.
  func checkRoom() throws(LembraError) {
    let (width, rows) = (Double(units), Double(batch))
    // Where everything is kept, it is about 6 numbers for each unit.
    let kept = Double(features) + 6 * width * Double(layers)
    let weights = 4 * width * (width + max(width, Double(features))) * Double(layers)
    for (floats, name, what) in [
      (4 * weights, "--units", "weights of \(units) units"),
      (rows * Double(steps) * Double(features), "--steps", "\(steps) steps"),
      (
        rows * Double(shortSteps) * kept, "--short-steps",
        "\(shortSteps) steps with all of them kept"
      ),
    ] where 4 * floats > MemoryLimit.bytes / 2 {
      throw LembraError(
        .invalidOption, "\(what) do not fit into memory", remedy: "choose fewer",
        at: .init(name: name))
    }
  }
}
