import ArgumentParser
import LembraData
import LembraLayers
import LembraModels
import LembraReport
import LembraTensor
import LembraTraining

/// `lembra train tag`: trains a tagger of words.
struct TrainTagCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tag",
    abstract: "Train a tagger of words, and save it.",
    discussion: """
      The file has a word a line, its columns apart by blanks, and an empty line between sentences; \
      or it is CoNLL-U. Where tags mark spans, as B-NP and I-NP do, the model is judged by the F1 of \
      spans, as the script conlleval counts it, otherwise by the share of right tags. Where no \
      validation file is given, a tenth of the sentences is split off to choose the best epoch by.

      Example: phrases from words and their parts of speech.

        lembra train tag train.txt --word 0 --features 1 --tag 2 -o chunks.safetensors

      Control-C saves a checkpoint beside the model and says how to go on.
      """)

  @Argument(help: "The tagged sentences.", completion: .file())
  var data: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Sentences to choose the best epoch by: a file like the first, or a share. (default: 10%)",
      valueName: "file or share"),
    completion: .file())
  var validation = "10%"

  @OptionGroup(title: "Data") var reading: TaggedColumnOptions
  @OptionGroup(title: "Network") var network: TaggerNetworkOptions
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
    let (learnt, held) = try read(heldOut)
    let monitor = TrainingMonitor(narrator)
    monitor.runBegins(network.architecture.title)
    let standard = TaggerTrainingOptions()
    let result = try SequenceTagger.train(
      on: learnt, validation: held, architecture: network.architecture,
      options: TaggerTrainingOptions(
        minimumCount: network.minCount, scheme: network.scheme,
        training: training.options(standard.training, seed: seed.seed)),
      vectors: network.vectors(for: learnt), supervision: files.supervision(monitor))
    try files.finish(result.outcome, epochs: result.history.count, narrator)
    try result.model.save(to: files.output)
    files.removeCheckpoint()
    narrator.remark("saved the model as \(files.output)")
    try say(result)
  }

  private func read(
    _ heldOut: HeldOut
  ) throws -> (learnt: TaggedSentences, held: TaggedSentences?) {
    let sentences = try TaggedSentences(readingFrom: data, options: reading.options)
    switch heldOut {
    case .file(let path):
      return (sentences, try TaggedSentences(readingFrom: path, options: reading.options))
    case .share(let share):
      let (learnt, held) = try sentences.split(
        validation: share, key: RandomKey(seed: seed.seed).folding("validation"))
      return (learnt, held.count > 0 ? held : nil)
    }
  }

  private func say(_ result: TextTrainingResult<SequenceTagger>) throws {
    let model = result.model
    let title = model.configuration.architecture.title
    guard talk.json else {
      let measure = model.configuration.scheme == nil ? "accuracy" : "F1"
      return try StandardStreams.printResult(
        TextTrainingSummary(
          title: title, parameters: model.network.parameterCount, history: result.history,
          seconds: result.seconds,
          score: model.record?.validationScore.map {
            "\(measure) \(NumberText.significant(1 - $0, digits: 4)) on the sentences held back"
          }
        ).text)
    }
    try StandardStreams.printResult(
      jsonText(
        of: TextTrainingDocument(
          task: SequenceTagger.task, model: title, file: files.output, data: data,
          parameters: model.network.parameterCount, record: model.record,
          history: result.history)))
  }
}
