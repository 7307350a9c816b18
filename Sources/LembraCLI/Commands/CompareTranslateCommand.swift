import ArgumentParser
import LembraData
import LembraModels
import LembraReport
import LembraTensor
import LembraTraining

/// `lembra compare translate`: trains several translators and compares them.
struct CompareTranslateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "translate",
    abstract: "Compare models that turn one sequence into another.",
    discussion: """
      Every model is trained with every seed on the same pairs and judged on others that none has \
      seen. The name of a model says its cell and, after a +, what the decoder takes from the source \
      at every step. The report also shows BLEU by the length of the source, what the best model \
      attends to, and its best and worst translations.

      Example: what does attention bring?

        lembra compare translate --source train.de --target train.en \\
          --test-source test.de --test-target test.en \\
          --models lstm,gru,gru+additive --epochs 8 --report translate.html

      Control-C prints the results that are finished and says how to train the rest; no report is \
      written then.
      """)

  @OptionGroup var source: TranslationSourceArguments
  @OptionGroup var test: TranslationTestOptions
  @OptionGroup(title: "Tokens") var tokens: TranslatorTokenOptions
  @OptionGroup(title: "Network") var kinds: KindListOption<TranslatorKind>
  @OptionGroup(title: "Network") var network: TranslatorNetworkOptions
  @OptionGroup(title: "Translations") var search: SearchArguments
  @OptionGroup(title: "Training") var unrolling: UnrollingArguments
  @OptionGroup var comparison: TextComparisonOptions

  func run() throws {
    let narrator = try comparison.begin(reading: source.files + test.heldOut.files)
    let seed = comparison.seeds.seed
    let parts = try source.parts(test: test.heldOut, seed: seed)
    let (learnt, tokenizers) = try tokens.prepare(parts.learnt, narrator)
    let task = TranslatorComparisonTask(
      training: learnt, validation: parts.held, test: try parts.requiredTest(),
      tokenizers: tokenizers,
      options: network.options(comparison.training, unrolling, seed: seed),
      search: search.options())
    try TextComparing(
      task: task, candidates: kinds.models.kinds.map(network.architecture), comparison: comparison,
      narrator: narrator
    ).run { $0.page(command: $1, version: $2) }
  }
}

/// The pairs that models are judged on.
struct TranslationTestOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The sources of the pairs to judge models on.", valueName: "file"),
    completion: .file())
  var testSource: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Their targets.", valueName: "file"), completion: .file())
  var testTarget: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Pairs to judge models on: a TSV file, or a share. (default: 10%)",
      valueName: "file or share"),
    completion: .file())
  var test: String?

  mutating func validate() throws {
    try TranslationSideOptions.requireBoth(testSource, testTarget, of: "test-")
    if testSource != nil, test != nil {
      throw ValidationError(
        "--test and --test-source say the same thing; leave out one of them.")
    }
  }

  /// What models are judged on.
  var heldOut: HeldOut {
    if let testSource, let testTarget { return .files([testSource, testTarget]) }
    return HeldOut(test ?? "10%")
  }
}
