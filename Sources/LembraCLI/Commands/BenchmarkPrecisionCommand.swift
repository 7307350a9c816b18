import ArgumentParser
import LembraFormats
import LembraLayers
import LembraReport
import LembraTensor

/// `lembra benchmark precision`: times layers at fewer bits beside float32.
struct BenchmarkPrecisionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "precision",
    abstract: "Time layers at bfloat16 and int8 beside float32.",
    usage: "lembra benchmark precision [<options>]",
    discussion: """
      A layer reads whole sequences at float32 and at fewer bits in turn. Told are the medians of the \
      times of a step, and that of the ratios: 2 says that a step takes half as long. What fewer \
      bits cost in quality depends on the model: lembra evaluate --precision tells.

      Example: what does a stream gain that is read step by step?

        lembra benchmark precision --kinds gru --hidden 512 --steps 1

      Example: does training take less time at bfloat16 on this machine?

        lembra benchmark precision --mode training --batch 32

      Control-C stops after the current measurement and prints those that are finished.
      """)

  @OptionGroup(title: "Work") var work: PrecisionWorkOptions
  @OptionGroup(title: "Measurement") var measuring: MeasurementOptions
  @OptionGroup(title: "Output") var talk: TalkOptions
  @OptionGroup(title: "Output") var lines: LineOptions

  mutating func validate() throws { try lines.check(talk) }

  func run() throws {
    Interruption.listen()
    Threads.limit = measuring.threads
    let narrator = Narrator(talk)
    var cells: [PrecisionMeasurement] = []
    for kind in work.kinds.choices {
      for workload in work.workloads {
        for precision in work.precisions where !Interruption.isRequested {
          narrator.remark("measuring \(kind.rawValue), \(workload.id) units, \(precision.rawValue)")
          let cell = PrecisionMeasurement(
            workload, kind: kind, mode: work.mode, precision, threads: measuring.threads,
            budget: measuring.seconds)
          if lines.jsonLines {
            try StandardStreams.printResult(ExactJSON.text(of: cell))
          } else {
            cells.append(cell)
          }
        }
      }
    }
    if !lines.jsonLines, talk.json || !cells.isEmpty {
      try StandardStreams.printResult(talk.json ? jsonText(of: cells) : text(of: cells))
    }
    if Interruption.isRequested {
      narrator.farewell("stopped before all was measured")
      throw ExitCode.failure
    }
  }

  private func text(of cells: [PrecisionMeasurement]) -> String {
    var table = ReportTable(
      columns: [
        .init("Kind"), .init("Units"), .init("Precision"), .init("Threads"),
        .init("Step", unit: "µs"), .init("At float32", unit: "µs"), .init("Times as fast"),
      ])
    for cell in cells {
      table.append([
        .text(cell.kind.rawValue), .integer(cell.hidden), .text(cell.precision.rawValue),
        .integer(cell.threads), .number(cell.microseconds), .number(cell.float32Microseconds),
        .number(cell.ratio),
      ])
    }
    return TextTable(table).description
  }
}
