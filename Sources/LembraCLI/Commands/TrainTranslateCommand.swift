import ArgumentParser
import LembraData
import LembraLayers
import LembraModels
import LembraReport
import LembraTensor
import LembraTraining

/// `lembra train translate`: trains a translator.
struct TrainTranslateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "translate",
    abstract: "Train a model that turns one sequence into another, and save it.",
    discussion: """
      Pairs stand in two files that belong together line by line, plain or gzip, or in one TSV file. \
      A recurrent network reads the source and another one writes the target, attending to what the \
      first has read unless the model says otherwise. The best epoch is the one whose greedy \
      translations of the validation part have the highest chrF.

      Example: half an hour on captions in two languages.

        lembra train translate --source train.de.gz --target train.en.gz \\
          --validation-source val.de.gz --validation-target val.en.gz \\
          --lowercase --minutes 30 -o captions.safetensors

      Example: from the letters of a word to its phonemes, which have blanks between them.

        lembra train translate words.tsv --unit character --target-unit word \\
          -o sounds.safetensors

      Control-C saves a checkpoint beside the model and says how to go on.
      """)

  @OptionGroup var source: TranslationSourceArguments
  @OptionGroup(title: "Tokens") var tokens: TranslatorTokenOptions
  @OptionGroup(title: "Network") var kind: TranslatorKindOption
  @OptionGroup(title: "Network") var network: TranslatorNetworkOptions
  @OptionGroup(title: "Training") var training: TextTrainingArguments
  @OptionGroup(title: "Training") var unrolling: UnrollingArguments
  @OptionGroup(title: "Training") var seed: SeedOption
  @OptionGroup(title: "Training") var threads: ThreadOptions
  @OptionGroup(title: "Training") var diagnosis: DiagnosisOption
  @OptionGroup(title: "Output") var files: TrainingFileOptions
  @OptionGroup(title: "Output") var talk: TalkOptions

  mutating func validate() throws { try diagnosis.check(unrolling) }

  func run() throws {
    threads.apply()
    Interruption.listen()
    try files.check(inputs: source.files)
    let narrator = Narrator(talk)
    let parts = try source.parts(seed: seed.seed)
    let architecture = network.architecture(kind.model)
    let (learnt, tokenizers) = try tokens.prepare(parts.learnt, narrator)
    let monitor = TrainingMonitor(narrator)
    monitor.runBegins(architecture.title)
    let result = try Translator.train(
      on: learnt, validation: parts.held, tokenizers: tokenizers, architecture: architecture,
      options: network.options(training, unrolling, seed: seed.seed),
      supervision: files.supervision(monitor, diagnosis))
    try files.conclude(result, data: source.name, talk, narrator)
  }
}

extension TranslatorTokenOptions {
  /// Trains the tokenizers and leaves out pairs that cannot be learnt from.
  func prepare(
    _ pairs: ParallelTexts, _ narrator: Narrator
  ) throws -> (pairs: ParallelTexts, tokenizers: TranslatorTokenizers) {
    let tokenizers = try tokenizers(of: pairs)
    let (kept, report) = try tokenizers.filtered(pairs, PairFilter(maximumLength: maxLength))
    if report.dropped > 0 { narrator.remark("\(report)") }
    narrator.remark("source: \(tokenizers.source.summary)")
    narrator.remark("target: \(tokenizers.target.summary)")
    return (kept, tokenizers)
  }
}
