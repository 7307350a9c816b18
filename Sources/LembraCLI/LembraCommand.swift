import ArgumentParser

/// The command `lembra`.
struct LembraCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lembra",
    abstract: "Train networks that remember, compare them, and forecast with them.",
    discussion: """
      Example: which network forecasts a gas furnace best?

        lembra compare forecast gas-furnace.csv --targets GR,CO2 --report report.html

      Results go to standard output, progress and remarks to standard error. The exit status is 0 \
      when all went well, 1 after a failure or an interruption, and 2 after wrong use. Control-C \
      stops after the current step: train saves what was learnt, compare prints what is finished and \
      says how to train the rest. A second one ends at once. NO_COLOR \
      turns colours off; LEMBRA_ISA chooses the instruction set.
      """,
    version: lembraVersion,
    subcommands: [
      TrainCommand.self, CompareCommand.self, EvaluateCommand.self, PredictCommand.self,
      GenerateCommand.self, InspectCommand.self, BenchmarkCommand.self,
    ])
}

/// The version of this command and of the library it is built with.
let lembraVersion = "0.1.0"
