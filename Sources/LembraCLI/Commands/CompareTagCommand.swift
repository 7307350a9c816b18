import ArgumentParser
import LembraData
import LembraModels
import LembraReport
import LembraTraining

/// `lembra compare tag`: trains several taggers of words and compares them.
struct CompareTagCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tag",
    abstract: "Compare taggers of words.",
    discussion: """
      Every model is trained with every seed on the same sentences and judged on others that none \
      has seen. The name of a model says its cell, whether it reads in both directions, and whether \
      its tags are a chain (crf): gru reads forward, bilstm-crf in both directions with a chain. \
      The report also shows the scores of each type of span and sentences with wrong tags.

      Example: what do two directions and a chain of tags bring?

        lembra compare tag train.txt --test test.txt --features 1 \\
          --models lstm,bilstm,bilstm-crf --seeds 2 --report chunks.html

      Control-C prints the results that are finished and says how to train the rest; no report is \
      written then.
      """)

  @OptionGroup var source: TaggedSentenceArguments
  @OptionGroup var test: TestOption
  @OptionGroup(title: "Data") var reading: TaggedColumnOptions
  @OptionGroup(title: "Network") var kinds: KindListOption<TaggerKind>
  @OptionGroup(title: "Network") var network: TaggerNetworkOptions
  @OptionGroup(title: "Training") var unrolling: UnrollingArguments
  @OptionGroup(title: "Training") var precision: TrainingPrecisionOption
  @OptionGroup var comparison: TextComparisonOptions

  func run() throws {
    let narrator = try comparison.begin(
      reading: source.files + test.heldOut.files + network.files)
    let parts = try source.parts(reading, test: test.heldOut, seed: comparison.seeds.seed)
    precision.remark(narrator)
    let standard = TaggerTrainingOptions()
    let task = try TaggerComparisonTask(
      training: parts.learnt, validation: parts.held, test: parts.requiredTest(),
      options: network.options(
        precision.applied(
          to: unrolling.applied(
            to: comparison.training.options(standard.training, seed: comparison.seeds.seed)))),
      vectors: network.vectors(for: parts.learnt))
    try TextComparing(
      task: task, candidates: kinds.models.kinds.map(network.architecture), comparison: comparison,
      narrator: narrator
    ).run { $0.page(command: $1, version: $2) }
  }
}
