import LembraLayers
import LembraModels
import LembraReport
import LembraTensor

/// How a model's recurrent layers divide their work among threads, and what other ways would take.
struct PlanDescription: Encodable {
  private struct Entry: Encodable {
    var sequences: Int
    var steps: Int
    var pass: String
    var split: String
    var threads: Int
    /// What each way to divide the pass would take, by the cost model.
    var microseconds: [String: Double]
  }

  private let threads: Int
  private let steps: Int
  private let isTrainedTogether: Bool

  /// None if no recurrent layer is run by fused kernels.
  private var entries: [Entry] = []

  /// Describes the plan of a forecaster, for its windows.
  init(_ forecaster: Forecaster) {
    self.init(
      forecaster.network.fused, batch: forecaster.record?.options.batchSize ?? 32,
      steps: forecaster.configuration.window,
      dropout: forecaster.configuration.architecture.dropout)
  }

  /// Describes the plan of layers that read texts, for a length that many have; the rows of a table of
  /// tokens may be `indexed`.
  init(
    texts network: FusedNetwork?, _ record: TextTrainingRecord?, dropout: Float,
    isIndexed: Bool = false
  ) {
    self.init(
      network, batch: record?.options.batchSize ?? 32, steps: 32, dropout: dropout,
      isIndexed: isIndexed)
  }

  private init(
    _ network: FusedNetwork?, batch: Int, steps: Int, dropout: Float, isIndexed: Bool = false
  ) {
    threads = Threads.limit
    self.steps = steps
    // With dropout between them the layers are trained one by one, each by a plan of its own.
    isTrainedTogether = dropout == 0 || network?.layerCount == 1
    guard let network else { return }
    var passes = [(1, FusedPlan.Pass.inference), (batch, .inference)]
    if isTrainedTogether { passes += [(batch, .training), (batch, .backward)] }
    for (count, pass) in passes {
      let layout = SequenceLayout(count: count, length: steps)
      let plan = FusedPlan(network, layout, pass, isIndexed: isIndexed)
      let cost = PassCost(network, layout, pass, isIndexed: isIndexed)
      var times: [String: Double] = [:]
      for split in FusedPlan.Split.allCases {
        times[split.rawValue] = cost.estimate(split)?.microseconds
      }
      entries.append(
        Entry(
          sequences: count, steps: steps, pass: pass.rawValue, split: plan.split.rawValue,
          threads: plan.threads,
          microseconds: times))
    }
  }

  var text: String {
    guard !entries.isEmpty else {
      return "Plan: no recurrent layer of this model is run by fused kernels."
    }
    let splits = FusedPlan.Split.allCases.map(\.rawValue)
    var table = ReportTable(
      columns: [.init("Sequences"), .init("Pass"), .init("Divided by"), .init("Threads")]
        + splits.map { .init($0, unit: "µs") },
      caption:
        "Division of work among up to \(NumberText.counted(threads, "thread")), sequences of "
        + NumberText.counted(steps, "step")
        + (isTrainedTogether ? "" : "; with dropout between them, layers are trained one by one"))
    for entry in entries {
      table.append(
        [
          .integer(entry.sequences), .text(entry.pass), .text(entry.split), .integer(entry.threads),
        ] + splits.map { split in entry.microseconds[split].map { .number($0) } ?? .text("–") })
    }
    return TextTable(table).description
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(entries)
  }
}
