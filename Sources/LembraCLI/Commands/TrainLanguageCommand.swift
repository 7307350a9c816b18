import ArgumentParser
import LembraData
import LembraLayers
import LembraModels
import LembraReport
import LembraTensor
import LembraTraining

/// `lembra train language`: trains a model of a language on a text.
struct TrainLanguageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "language",
    abstract: "Train a model of a language on a text, and save it.",
    discussion: """
      The text, in UTF-8, may be larger than memory. It is read as parallel streams whose states are \
      carried from step to step. The model is judged on the end of the text, which it does not \
      learn from. It is saved as one .safetensors file for generate and evaluate.

      Example: three minutes on a text, character by character.

        lembra train language shakespeare.txt --unit character --validation 10% \\
          --minutes 3 -o shakespeare.safetensors

      Control-C saves a checkpoint beside the model and says how to go on.
      """)

  @OptionGroup var source: LanguageSourceArguments
  @OptionGroup(title: "Tokens") var unit: UnitOptions
  @OptionGroup(title: "Network") var kind: LanguageKindOption
  @OptionGroup(title: "Network") var network: LanguageNetworkOptions
  @OptionGroup(title: "Training") var training: TextTrainingArguments
  @OptionGroup(title: "Training") var precision: TrainingPrecisionOption
  @OptionGroup(title: "Training") var steps: StepsOption
  @OptionGroup(title: "Training") var seed: SeedOption
  @OptionGroup(title: "Training") var threads: ThreadOptions
  @OptionGroup(title: "Training") var diagnosis: DiagnosisOption
  @OptionGroup(title: "Output") var files: TrainingFileOptions
  @OptionGroup(title: "Output") var talk: TalkOptions

  mutating func validate() throws { try diagnosis.check(nil, precision) }

  func run() throws {
    threads.apply()
    Interruption.listen()
    try files.check(inputs: [source.data] + unit.files)
    let narrator = Narrator(talk)
    let (learnt, held, _, tokenizer) = try source.parts(unit, narrator)
    let plan = training.plan(for: tokenizer, of: learnt)
    let monitor = TrainingMonitor(narrator)
    precision.remark(narrator)
    monitor.runBegins(kind.model.title)
    let result = try LanguageModel.train(
      on: learnt, validation: held.characterCount > 0 ? held : nil, tokenizer: tokenizer,
      architecture: network.architecture(kind.model, plan.architecture),
      options: precision.applied(to: training.options(plan.options, seed: seed.seed)),
      steps: steps.steps ?? plan.steps,
      supervision: files.supervision(monitor, diagnosis))
    try files.conclude(result, data: source.data, talk, narrator)
  }
}
