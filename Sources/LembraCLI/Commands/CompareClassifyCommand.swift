import ArgumentParser
import LembraData
import LembraModels
import LembraReport
import LembraTraining

/// `lembra compare classify`: trains several classifiers of texts and compares them.
struct CompareClassifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify",
    abstract: "Compare classifiers of texts.",
    discussion: """
      Every model is trained with every seed on the same texts and judged on others that none has \
      seen. The table shows means and standard deviations over the seeds; the report also shows \
      which labels are confused, how sure the models are, and texts that were misjudged.

      Example: which network tells good reviews from bad ones?

        lembra compare classify reviews.tsv --test 20% --models bilstm,cnn,mlp \\
          --seeds 3 --report reviews.html

      Control-C prints the results that are finished and says how to train the rest; no report is \
      written then.
      """)

  @OptionGroup var source: LabelledTextArguments
  @OptionGroup var test: TestOption
  @OptionGroup(title: "Data") var reading: TextReadingOptions
  @OptionGroup(title: "Network") var kinds: KindListOption<ClassifierArchitecture.Kind>
  @OptionGroup(title: "Network") var network: ClassifierNetworkOptions
  @OptionGroup(title: "Training") var unrolling: UnrollingArguments
  @OptionGroup(title: "Training") var precision: TrainingPrecisionOption
  @OptionGroup var comparison: TextComparisonOptions

  mutating func validate() throws {
    try unrolling.check(anyIsRecurrent: kinds.models.kinds.contains { $0.cell != nil })
    try precision.check(
      withoutRecurrentLayers: kinds.models.kinds.filter { $0.cell == nil }.map(\.rawValue))
  }

  func run() throws {
    let narrator = try comparison.begin(
      reading: source.files + test.heldOut.files + network.files)
    let parts = try source.parts(
      reading, allowsNoLabel: network.multi, test: test.heldOut, seed: comparison.seeds.seed,
      narrator)
    precision.remark(narrator)
    let standard = ClassifierTrainingOptions()
    let task = ClassifierComparisonTask(
      training: parts.learnt, validation: parts.held, test: try parts.requiredTest(),
      isMultiLabel: network.multi ? true : nil,
      options: network.options(
        precision.applied(
          to: unrolling.applied(
            to: comparison.training.options(standard.training, seed: comparison.seeds.seed)))),
      vectors: try network.vectors(for: parts.learnt))
    try TextComparing(
      task: task, candidates: kinds.models.kinds.map(network.architecture), comparison: comparison,
      narrator: narrator
    ).run { $0.page(command: $1, version: $2) }
  }
}
