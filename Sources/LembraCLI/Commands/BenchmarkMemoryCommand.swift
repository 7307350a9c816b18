import ArgumentParser
import LembraLayers
import LembraReport
import LembraTensor

/// `lembra benchmark memory`: a step of training on a very long sequence within a memory budget.
struct BenchmarkMemoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memory",
    abstract: "Train on a very long sequence within a memory budget.",
    usage: "lembra benchmark memory [<options>]",
    discussion: """
      Backpropagation needs what every step computed. Within a budget most of it is computed again on \
      the way back. This takes one step of training on a long sequence, whose loss is of its last \
      state, and tells the most memory that it takes beyond the input, and how much longer a step of \
      the sequence takes than where everything is kept, on a sequence short enough for that. Gradients \
      of both ways are compared on the short one.

      Example: ten million steps of a GRU.

        lembra benchmark memory --kind gru --steps 10000000 --memory 64MB
      """)

  @OptionGroup(title: "Work") var work: MemoryWorkOptions
  @OptionGroup(title: "Measurement") var measuring: MeasurementOptions
  @OptionGroup(title: "Output") var talk: TalkOptions

  func run() throws {
    try work.checkRoom()
    Threads.limit = measuring.threads
    Narrator(talk).remark("training on \(work.batch) × \(work.steps) steps within \(work.memory)")
    let measurement = MemoryMeasurement(
      work.setting, threads: measuring.threads, seconds: measuring.seconds)
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
      .integer(work.shortSteps), .text("all"),
      .duration(seconds: measurement.plainSecondsPerStep), .number(1), .missing,
    ])
    table.append([
      .integer(work.steps), megabytes(measurement.processBytes ?? measurement.peakBytes),
      .duration(seconds: measurement.secondsPerStep), .number(measurement.ratio),
      .text(measurement.hasSameGradients ? "the same bits" : "differ"),
    ])
    return TextTable(table).description
  }
}
