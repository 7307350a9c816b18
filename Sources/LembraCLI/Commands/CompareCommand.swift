import ArgumentParser

/// `lembra compare`: one subcommand a task.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Train several models with several seeds and compare them.",
    discussion: """
      Example:

        lembra compare forecast sunspots.csv --targets sunspots --models mlp,lstm,gru --seeds 3
      """,
    subcommands: [
      CompareForecastCommand.self, CompareClassifyCommand.self, CompareTagCommand.self,
      CompareLanguageCommand.self, CompareTranslateCommand.self,
    ])
}
