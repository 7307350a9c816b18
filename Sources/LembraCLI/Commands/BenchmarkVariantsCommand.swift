import ArgumentParser
import LembraFormats
import LembraLayers
import LembraReport
import LembraTensor

/// `lembra benchmark variants`: times variants of cells beside the plain ones.
struct BenchmarkVariantsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "variants",
    abstract: "Time variants of LSTM, GRU and RNN beside the plain cells.",
    usage: "lembra benchmark variants [<options>]",
    discussion: """
      A variant, or another cell that resembles it, and the plain cell are timed in turn, and \
      what is told is the median of the ratios of their times: 1.2 says that the variant takes a fifth \
      longer. In training chance has its part. \
      The workloads are those of benchmark recurrent; without --only they are small and medium.

      Example: what do variants of a GRU cost in inference?

        lembra benchmark variants --kinds gru --modes inference

      Control-C stops after the current measurement and prints those that are finished.
      """)

  @OptionGroup(title: "Work") var work: WorkloadOptions
  @OptionGroup(title: "Measurement") var measuring: MeasurementOptions
  @OptionGroup(title: "Output") var talk: TalkOptions

  func run() throws {
    var work = work
    if work.only == nil, work.workloads == nil { work.only = "small,medium" }
    let workloads = try work.chosenWorkloads()
    for workload in workloads {
      for kind in work.kinds.choices { try workload.requireMemory(forVariantsOf: kind) }
    }
    Interruption.listen()
    Threads.limit = measuring.threads
    let narrator = Narrator(talk)
    var cells: [VariantMeasurement] = []
    for workload in workloads {
      for (kind, mode) in work.cells(of: workload) {
        for variant in CellVariant.all(of: kind, hidden: workload.hidden)
        where !Interruption.isRequested {
          if mode == .inference, variant.isForTraining { continue }
          narrator.remark("measuring \(workload.id), \(kind.rawValue), \(variant.name)")
          cells.append(
            VariantMeasurement(
              workload, kind: kind, variant, mode: mode, ragged: work.ragged,
              threads: measuring.threads, budget: measuring.seconds))
        }
      }
    }
    if talk.json || !cells.isEmpty {
      try StandardStreams.printResult(talk.json ? jsonText(of: cells) : text(of: cells))
    }
    if Interruption.isRequested {
      narrator.farewell("stopped before all was measured")
      throw ExitCode.failure
    }
  }

  private func text(of cells: [VariantMeasurement]) -> String {
    var table = ReportTable(
      columns: [
        .init("Workload"), .init("Kind"), .init("Variant"), .init("Mode"), .init("Threads"),
        .init("Time"), .init("Times plain"),
      ])
    for cell in cells {
      table.append([
        .text(cell.workload), .text(cell.kind.rawValue), .text(cell.variant),
        .text(cell.mode.rawValue), .integer(cell.threads), .duration(seconds: cell.seconds),
        .number(cell.ratio),
      ])
    }
    return TextTable(table).description
  }
}
