import ArgumentParser

/// `lembra benchmark machine`: measures the processor and its memory.
struct BenchmarkMachineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "machine",
    abstract: "Measure arithmetic and reading at their fastest.",
    discussion: """
      The matrix products of a network are multiply-adds, each of which counts as two operations, \
      and its weights and inputs have to be read: no network can be faster than this. The numbers \
      are the best of several short runs with one thread, and with all.

      Example: how much faster are four threads than one?

        lembra benchmark machine --threads 4
      """)

  @OptionGroup(title: "Computation") var threads: ThreadOptions

  @Flag(help: "Write one JSON document to standard output and nothing else.")
  var json = false

  func run() throws {
    threads.apply()
    let report = MachineReport.measured()
    try StandardStreams.printResult(json ? jsonText(of: report) : report.text)
  }
}
