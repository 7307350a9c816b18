import ArgumentParser
import LembraLayers
import LembraReport
import LembraTensor

/// `lembra benchmark memory`: a step of training on a very long sequence within a memory budget.
struct BenchmarkMemoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memory",
    abstract: "Train on a very long sequence within a memory budget.",
    discussion: """
      Backpropagation needs what every step computed. Within a budget most of it is computed again on \
      the way back. This takes one step of training on a long sequence, whose loss is of its last \
      state, and tells the most memory that it takes beyond the input, and how much longer a step of \
      the sequence takes than where everything is kept, on a sequence short enough for that. Gradients \
      of both ways are compared on the short one.

      Example: ten million steps of a GRU

        lembra benchmark memory --kind gru --steps 10000000 --memory 64MB
      """)

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

  @OptionGroup(title: "Measurement") var measuring: MeasurementOptions
  @OptionGroup(title: "Output") var talk: TalkOptions

  mutating func validate() throws {
    try require("--units", units, in: 1...1 << 16)
    try require("--features", features, in: 1...1 << 16)
    try require("--layers", layers, in: 1...100)
    try require("--batch", batch, in: 1...1 << 20)
    try require("--steps", steps, in: 1...1 << 40)
    try require("--short-steps", shortSteps, in: 1...1 << 40)
  }

  func run() throws {
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
    Threads.limit = measuring.threads
    Narrator(talk).remark("training on \(batch) × \(steps) steps within \(memory)")
    let measurement = MemoryMeasurement(
      MemoryMeasurement.Setting(
        kind: kind, units: units, features: features, layers: layers, batch: batch, steps: steps,
        shortSteps: shortSteps, memoryBytes: memory.bytes),
      threads: measuring.threads, seconds: measuring.seconds)
    try StandardStreams.printResult(talk.json ? jsonText(of: measurement) : text(of: measurement))
  }

  private func text(of measurement: MemoryMeasurement) -> String {
    var table = ReportTable(
      columns: [
        .init("Steps"), .init("Memory", unit: "MB"), .init("Time a step"), .init("Times plain"),
        .init("Gradients"),
      ])
    func megabytes(_ bytes: Int) -> ReportTable.Cell { .number(Double(bytes) / 1e6) }
    table.append([
      .integer(shortSteps), .text("all"),
      .duration(seconds: measurement.plainSecondsPerStep), .number(1), .missing,
    ])
    table.append([
      .integer(steps), megabytes(measurement.processBytes ?? measurement.peakBytes),
      .duration(seconds: measurement.secondsPerStep), .number(measurement.ratio),
      .text(measurement.hasSameGradients ? "the same bits" : "differ"),
    ])
    return TextTable(table).description
  }
}
