import ArgumentParser
import LembraFormats
import LembraModels
import LembraTensor

/// `lembra predict`: uses a saved model on new data.
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Use a saved model on new data: forecast, classify, tag or translate.",
    discussion: """
      Forecasts follow the last row of a data file, named as its index goes on, or numbered where it \
      has no steady step, in the units of the file. Texts to classify, to tag or to translate stand \
      one on a line, in a file or, for -, on standard input; each line is answered as soon as it is there.

      Example: the next two years of a monthly series.

        lembra predict sales.safetensors sales.csv --steps 24 -o forecast.csv

      Example: the labels of lines as they are typed.

        lembra predict reviews.safetensors -
      """)

  @OptionGroup(title: "Data") var saved: SavedModelArgument
  @OptionGroup(title: "Data") var file: DataFileArgument
  @OptionGroup(title: "Data") var reading: ReadingOptions

  @OptionGroup(title: "Forecasts") var writing: ForecastWritingOptions
  @OptionGroup(title: "Texts") var texts: TextPredictionOptions
  @OptionGroup(title: "Translations") var search: SearchArguments
  @OptionGroup(title: "Translations") var ensemble: EnsembleOption
  @OptionGroup(title: "Translations") var drawing: DrawingOptions
  @OptionGroup(title: "Computation") var threads: ThreadOptions
  @OptionGroup(title: "Computation") var precision: PrecisionOption
  @OptionGroup(title: "Output") var talk: TalkOptions

  mutating func validate() throws {
    if talk.json, writing.format == .csv {
      throw ValidationError("--json and --format csv contradict each other; leave out one of them.")
    }
  }

  func run() throws {
    threads.apply()
    try OutputFiles.check(
      [("--output", writing.output)], inputs: [file.data, saved.model] + ensemble.others)
    let task = try ModelFile.task(ofFileAt: saved.model)
    guard task != LanguageModel.task else {
      throw LembraError(
        .invalidOption, "a language model goes on from a text",
        remedy: "use lembra generate", at: .init(file: saved.model))
    }
    try TaskOptions.predict.check(task)
    if task != Forecaster.task, writing.format == .csv {
      throw ValidationError("--format csv is for forecasters; leave it out.")
    }
    switch task {
    case TextClassifier.task: try classify()
    case SequenceTagger.task: try tag()
    case Translator.task: try translate()
    default: try forecast()
    }
  }
}
