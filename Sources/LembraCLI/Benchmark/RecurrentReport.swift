import LembraReport
import LembraTensor

/// Measurements of recurrent networks beside what the processor can do at most.
struct RecurrentReport: Encodable {
  var instructionSet = InstructionSet.current.name
  var threads: Int
  /// Billions of floating-point operations a second in multiply-adds on as many threads.
  var peakGflops: Double
  /// Whether nothing stopped the measurement before its end.
  var isComplete: Bool
  var cells: [RecurrentMeasurement] = []

  var text: String {
    let isRagged = cells.contains { $0.ragged == true }
    var table = ReportTable(
      columns: [
        .init("Workload"), .init("Kind"), .init("Mode"), .init("Threads"), .init("Time"),
        .init("GFLOP/s"), .init("Of peak", unit: "%"),
      ], caption: caption + (isRagged ? "; ragged: sequences of 1 step to all" : ""))
    for cell in cells {
      table.append([
        .text(cell.workload), .text(cell.kind.rawValue), .text(cell.mode.rawValue),
        .integer(cell.threads), .duration(seconds: cell.seconds), .number(cell.gflops),
        .number((cell.gflops / peakGflops * 1000).rounded() / 10),
      ])
    }
    return TextTable(table).description
  }

  private var caption: String {
    "\(instructionSet), \(threads) thread\(threads == 1 ? "" : "s"): multiply-adds reach "
      + "\(NumberText.significant(peakGflops)) GFLOP/s"
  }
}
