import ArgumentParser
import LembraFormats
import LembraModels
import LembraTensor

/// `lembra evaluate`: judges a saved model on a data file.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Judge a saved model on a data file.",
    discussion: """
      What is judged follows from the model: forecasts beside those that need no network, the labels \
      of texts, the tags of words, how probable a text is, or translations beside what they should \
      be. A model of forecasts is judged on all rows of the file unless --test names how many of the \
      last ones; the linear baseline is fitted to the rows before those, or else to the rows it is \
      judged on. A language model is judged on all of the text unless --validation names the part at \
      the end that was held back. With --precision the scores at float32 are printed beside those \
      at fewer bits.

      Example: how good is the model on the last 100 rows?

        lembra evaluate sales.safetensors sales.csv --test 100

      Example: how well does a classifier find the labels of other reviews?

        lembra evaluate reviews.safetensors more-reviews.tsv
      """)

  @OptionGroup(title: "Data") var saved: SavedModelArgument
  @OptionGroup(title: "Data") var file: JudgedFileArguments
  @OptionGroup(title: "Data") var reading: ReadingOptions

  @OptionGroup(title: "Forecasts") var part: PartOptions
  @OptionGroup(title: "Texts") var texts: TextReadingOptions
  @OptionGroup(title: "Language models") var language: LanguageJudgingOptions
  @OptionGroup(title: "Translations") var search: SearchArguments
  @OptionGroup(title: "Translations") var ensemble: EnsembleOption
  @OptionGroup(title: "Computation") var threads: ThreadOptions
  @OptionGroup(title: "Computation") var precision: PrecisionOption
  @OptionGroup(title: "Output") var talk: TalkOptions

  func run() throws {
    threads.apply()
    let task = try ModelFile.task(ofFileAt: saved.model)
    try TaskOptions.evaluate.check(task)
    switch task {
    case TextClassifier.task: try evaluateClassifier()
    case SequenceTagger.task: try evaluateTagger()
    case LanguageModel.task: try evaluateLanguageModel()
    case Translator.task: try evaluateTranslator()
    default: try evaluateForecaster()
    }
  }
}
