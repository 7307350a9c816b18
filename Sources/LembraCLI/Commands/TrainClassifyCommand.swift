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

  @Argument(
    help: "The labelled texts: a TSV, CSV or JSONL file.",
    completion: .file(extensions: ["tsv", "csv", "jsonl"]))
  var data: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Texts to choose the best epoch by: a file like the first, or a share of it. (default: 10%)
      """, valueName: "file or share"),
    completion: .file())
  var validation = "10%"

  @Flag(help: "Read the first line as a row of data, not of names.")
  var noHeader = false

  @OptionGroup(title: "Data") var reading: TextReadingOptions
  @OptionGroup(title: "Network") var network: ClassifierNetworkOptions
  @OptionGroup(title: "Training") var training: TextTrainingArguments
  @OptionGroup(title: "Training") var seed: SeedOption
  @OptionGroup(title: "Training") var threads: ThreadOptions
  @OptionGroup(title: "Output") var files: TrainingFileOptions
  @OptionGroup(title: "Output") var talk: TalkOptions

  func run() throws {
    threads.apply()
    Interruption.listen()
    let heldOut = HeldOut(validation)
    try files.check(inputs: [data] + heldOut.files + network.files)
    let narrator = Narrator(talk)
    let (learnt, held) = try read(heldOut, narrator)
    let monitor = TrainingMonitor(narrator)
    monitor.runBegins(network.model.title)
    let standard = ClassifierTrainingOptions()
    let result = try TextClassifier.train(
      on: learnt, validation: held, isMultiLabel: network.multi ? true : nil,
      architecture: network.architecture(network.model),
      options: network.options(training.options(standard.training, seed: seed.seed)),
      vectors: network.vectors(for: learnt), supervision: files.supervision(monitor))
    try files.finish(result.outcome, epochs: result.history.count, narrator)
    try result.model.save(to: files.output)
    files.removeCheckpoint()
    narrator.remark("saved the model as \(files.output)")
    try say(result)
  }

  private func read(
    _ heldOut: HeldOut, _ narrator: Narrator
  ) throws -> (learnt: LabelledTexts, held: LabelledTexts?) {
    let options = reading.labelled(hasHeader: noHeader ? false : nil, requiresLabels: true)
    let texts = try LabelledTexts(readingFrom: data, options: options)
    for remark in texts.remarks { narrator.remark(remark) }
    switch heldOut {
    case .file(let path): return (texts, try LabelledTexts(readingFrom: path, options: options))
    case .share(let share):
      let (learnt, held) = try texts.split(
        validation: share, key: RandomKey(seed: seed.seed).folding("validation"))
      return (learnt, held.count > 0 ? held : nil)
    }
  }

  private func say(_ result: TextTrainingResult<TextClassifier>) throws {
    let model = result.model
    let kind = model.configuration.architecture.kind
    guard talk.json else {
      return try StandardStreams.printResult(
        TextTrainingSummary(
          title: kind.title, parameters: model.network.parameterCount, history: result.history,
          seconds: result.seconds,
          score: model.record?.validationScore.map {
            "accuracy \(NumberText.significant(1 - $0, digits: 4)) on the texts held back"
          }
        ).text)
    }
    try StandardStreams.printResult(
      jsonText(
        of: TextTrainingDocument(
          task: TextClassifier.task, model: kind.rawValue, file: files.output, data: data,
          parameters: model.network.parameterCount, record: model.record,
          history: result.history)))
  }
}
