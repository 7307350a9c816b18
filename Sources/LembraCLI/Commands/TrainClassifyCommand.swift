import ArgumentParser
import LembraData
import LembraLayers
import LembraModels
import LembraReport
import LembraTensor
import LembraTraining

/// `lembra train classify`: trains a classifier of texts.
struct TrainClassifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify",
    abstract: "Train a classifier of texts, and save it.",
    discussion: """
      The file is TSV, CSV or JSON lines with a column of texts and one of labels. Where no \
      validation file is given, a tenth of the texts is split off to choose the best epoch by. The \
      model is saved as one .safetensors file for evaluate, predict and inspect.

      Example: which reviews are positive?

        lembra train classify reviews.tsv --validation more.tsv -o reviews.safetensors

      Control-C saves a checkpoint beside the model and says how to go on.
      """)

  @OptionGroup var source: LabelledTextArguments
  @OptionGroup(title: "Data") var reading: TextReadingOptions
  @OptionGroup(title: "Network") var kind: ClassifierKindOption
  @OptionGroup(title: "Network") var network: ClassifierNetworkOptions
  @OptionGroup(title: "Training") var training: TextTrainingArguments
  @OptionGroup(title: "Training") var unrolling: UnrollingArguments
  @OptionGroup(title: "Training") var precision: TrainingPrecisionOption
  @OptionGroup(title: "Training") var seed: SeedOption
  @OptionGroup(title: "Training") var threads: ThreadOptions
  @OptionGroup(title: "Training") var diagnosis: DiagnosisOption
  @OptionGroup(title: "Output") var files: TrainingFileOptions
  @OptionGroup(title: "Output") var talk: TalkOptions

  mutating func validate() throws {
    try diagnosis.check(unrolling, precision)
    try unrolling.check(anyIsRecurrent: kind.model.cell != nil)
  }

  func run() throws {
    threads.apply()
    Interruption.listen()
    try files.check(inputs: source.files + network.files)
    let narrator = Narrator(talk)
    let parts = try source.parts(
      reading, allowsNoLabel: network.multi, seed: seed.seed, narrator)
    let monitor = TrainingMonitor(narrator)
    precision.remark(narrator)
    monitor.runBegins(kind.model.title)
    let standard = ClassifierTrainingOptions()
    let result = try TextClassifier.train(
      on: parts.learnt, validation: parts.held, isMultiLabel: network.multi ? true : nil,
      architecture: network.architecture(kind.model),
      options: network.options(
        precision.applied(
          to: unrolling.applied(to: training.options(standard.training, seed: seed.seed)))),
      vectors: network.vectors(for: parts.learnt),
      supervision: files.supervision(monitor, diagnosis))
    try files.conclude(result, data: source.data, talk, narrator)
  }
}
