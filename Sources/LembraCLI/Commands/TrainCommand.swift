import ArgumentParser

/// `lembra train`: one subcommand a task.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a model and save it.",
    discussion: """
      Example:

        lembra train forecast sunspots.csv --targets sunspots --model gru -o sunspots.safetensors
      """,
    subcommands: [
      TrainForecastCommand.self, TrainClassifyCommand.self, TrainTagCommand.self,
      TrainLanguageCommand.self, TrainTranslateCommand.self, TrainTokenizerCommand.self,
    ])
}
