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
      validation file is given, a twentieth of the sentences is split off to choose the best epoch by.

      Example: phrases from words and their parts of speech.

        lembra train tag train.txt --word 0 --features 1 --tag 2 -o chunks.safetensors

      Control-C saves a checkpoint beside the model and says how to go on.
      """)

  @OptionGroup var source: TaggedSentenceArguments
  @OptionGroup(title: "Data") var reading: TaggedColumnOptions
  @OptionGroup(title: "Network") var kind: TaggerKindOptions
  @OptionGroup(title: "Network") var network: TaggerNetworkOptions
  @OptionGroup(title: "Training") var training: TextTrainingArguments
  @OptionGroup(title: "Training") var unrolling: UnrollingArguments
  @OptionGroup(title: "Training") var precision: TrainingPrecisionOption
  @OptionGroup(title: "Training") var seed: SeedOption
  @OptionGroup(title: "Training") var threads: ThreadOptions
  @OptionGroup(title: "Training") var diagnosis: DiagnosisOption
  @OptionGroup(title: "Output") var files: TrainingFileOptions
  @OptionGroup(title: "Output") var talk: TalkOptions

  mutating func validate() throws { try diagnosis.check(unrolling, precision) }

  func run() throws {
    threads.apply()
    Interruption.listen()
    try files.check(inputs: source.files + network.files)
    let narrator = Narrator(talk)
    let parts = try source.parts(reading, seed: seed.seed)
    let monitor = TrainingMonitor(narrator)
    let architecture = network.architecture(kind.kind)
    precision.remark(narrator)
    monitor.runBegins(architecture.title)
    let standard = TaggerTrainingOptions()
    let result = try SequenceTagger.train(
      on: parts.learnt, validation: parts.held, architecture: architecture,
      options: network.options(
        precision.applied(
          to: unrolling.applied(to: training.options(standard.training, seed: seed.seed)))),
      vectors: network.vectors(for: parts.learnt),
      supervision: files.supervision(monitor, diagnosis))
    try files.conclude(result, data: source.data, talk, narrator)
  }
}
