import CLembraKernels
import LembraReport
import LembraTensor

/// What a machine can do at most, with one thread and with as many as are allowed.
struct MachineReport: Encodable {
  /// What so many threads did in a second.
  struct Rates: Encodable {
    var threads: Int
    /// Billions of floating-point operations a second in multiply-adds.
    var gflops: Double
    var reading: [Reading]
  }

  struct Reading: Encodable {
    var level: WorkingSet.Level
    /// The working set, of each thread where `isPerThread`.
    var bytes: Int
    var isPerThread: Bool
    /// Billions of bytes that all threads read in a second.
    var gigabytesPerSecond: Double
  }

  var processors: Int
  var instructionSet: String
  var lanes: Int
  var caches: Caches
  var rates: [Rates]

  private static let mostMemory = 256 << 20

  /// Measures this machine with 1 thread, and with `Threads.limit`.
  static func measured() -> MachineReport {
    let caches = Caches.system
    let memory = min(mostMemory, Int(MemoryLimit.bytes / 8))
    let sets = WorkingSet.sets(for: caches, most: memory)
    // Ones that are written: zeros that never were may all be one page of the system.
    let elements = Tensor(repeating: 1, shape: [memory / 4])
    let probe = MachineProbe()
    let threadCounts = Threads.limit > 1 ? [1, Threads.limit] : [1]
    return MachineReport(
      processors: Threads.available, instructionSet: InstructionSet.current.name,
      lanes: Int(kernels.lanes), caches: caches,
      rates: threadCounts.map { threads in
        Rates(
          threads: threads, gflops: billions(probe.multiplyAdds(threads: threads)),
          reading: sets.map { set in
            Reading(
              level: set.level, bytes: set.bytes, isPerThread: set.isPerThread,
              gigabytesPerSecond: billions(
                probe.reading(set, in: elements, threads: threads)))
          })
      })
  }

  /// To one decimal, which is more than a repetition is sure of.
  private static func billions(_ value: Double) -> Double { (value / 1e8).rounded() / 10 }

  // MARK: - Terminal

  var text: String {
    [factTable, rateTable].map { TextTable($0).description }.joined(separator: "\n\n")
  }

  private var factTable: ReportTable {
    var table = ReportTable(columns: [.init("Machine"), .init("")])
    let sizes = [("L1", caches.l1), ("L2", caches.l2), ("L3", caches.l3)].compactMap {
      name, bytes in
      bytes.map { "\(name) \(Self.binarySize($0))" }
    }
    for (name, value) in [
      ("processors", "\(processors)"), ("instruction set", "\(instructionSet), \(lanes) lanes"),
      ("data caches", sizes.isEmpty ? NumberText.missing : sizes.joined(separator: ", ")),
    ] { table.append([.text(name), .text(value)]) }
    return table
  }

  private var rateTable: ReportTable {
    var table = ReportTable(
      columns: [.init("Most a second"), .init("Working set"), .init("Unit")]
        + rates.map { .init("\($0.threads) thread\($0.threads == 1 ? "" : "s")") })
    table.append(
      [.text("multiply-adds"), .text(NumberText.missing), .text("GFLOP")]
        + rates.map { .number($0.gflops) })
    for (index, reading) in (rates.first?.reading ?? []).enumerated() {
      let size = Self.binarySize(reading.bytes) + (reading.isPerThread ? " a thread" : "")
      table.append(
        [.text("reading from \(reading.level.rawValue)"), .text(size), .text("GB")]
          + rates.map { .number($0.reading[index].gigabytesPerSecond) })
    }
    return table
  }

  private static func binarySize(_ bytes: Int) -> String {
    bytes < 1 << 20
      ? NumberText.significant(Double(bytes) / 1024) + " KiB"
      : NumberText.significant(Double(bytes) / 1_048_576) + " MiB"
  }
}
