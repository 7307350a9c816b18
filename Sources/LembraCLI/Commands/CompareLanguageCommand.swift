import ArgumentParser
import LembraData
import LembraLayers
import LembraModels
import LembraReport
import LembraTraining

/// `lembra compare language`: trains several models of a language and compares them.
struct CompareLanguageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "language",
    abstract: "Compare models of a language on a text.",
    discussion: """
      Every model is trained with every seed on the beginning of the text, with the same budget of \
      epochs or minutes. The best epoch is chosen by what is held back after that, and the models are \
      judged on every token of the end, --test. The report also shows what each model writes.

      Example: which cell learns most in two minutes?

        lembra compare language shakespeare.txt --models lstm,gru,rnn \\
          --test 10% --minutes 2 --seeds 1 --report shakespeare.html

      Control-C prints the results that are finished and says how to train the rest; no report is \
      written then.
      """)

  @OptionGroup var source: LanguageSourceArguments
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The end of the text that models are judged on; of 0, they are judged on --validation.",
      valueName: "share"),
    transform: { try Share(parsing: $0) })
  var test = Share.percent(10)
  @OptionGroup(title: "Tokens") var unit: UnitOptions
  @OptionGroup(title: "Network") var kinds: KindListOption<RecurrentEncoder.Cell>
  @OptionGroup(title: "Network") var network: LanguageNetworkOptions
  @OptionGroup(title: "Training") var steps: StepsOption
  @OptionGroup(title: "Training") var precision: TrainingPrecisionOption
  @OptionGroup var comparison: TextComparisonOptions

  func run() throws {
    let narrator = try comparison.begin(reading: [source.data] + unit.files)
    let (learnt, held, judged, tokenizer) = try source.parts(test: test, unit, narrator)
    let plan = comparison.training.plan(for: tokenizer, of: learnt)
    precision.remark(narrator)
    let task = LanguageComparisonTask(
      training: learnt, validation: held, test: judged.characterCount > 0 ? judged : nil,
      tokenizer: tokenizer,
      options: precision.applied(
        to: comparison.training.options(plan.options, seed: comparison.seeds.seed)),
      steps: steps.steps ?? plan.steps)
    try TextComparing(
      task: task,
      candidates: kinds.models.kinds.map { network.architecture($0, plan.architecture) },
      comparison: comparison, narrator: narrator
    ).run { $0.page(command: $1, version: $2) }
  }
}
