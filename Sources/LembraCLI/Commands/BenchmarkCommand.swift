import ArgumentParser

/// `lembra benchmark`: one subcommand for each thing that is measured.
struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark",
    abstract: "Measure how fast networks run here, and what the machine could do.",
    discussion: """
      Example:

        lembra benchmark recurrent --only small,stream
      """,
    subcommands: [
      BenchmarkRecurrentCommand.self, BenchmarkVariantsCommand.self,
      BenchmarkPrecisionCommand.self, BenchmarkMemoryCommand.self, BenchmarkMachineCommand.self,
    ])
}
