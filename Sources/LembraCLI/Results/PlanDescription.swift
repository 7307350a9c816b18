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
      dropout: forecaster.configuration.architecture.dropout,
      variant: forecaster.configuration.architecture.variant)
  }

  /// The layers of a model that read a text.
  struct TextLayers {
    /// None if they are not run by fused kernels.
    var network: FusedNetwork?
    var dropout: Float
    var variant: LSTMCell.Variant?
    /// The rows of the table of tokens, where those that recur are multiplied once.
    var tableRows: Int?
  }

  /// Describes the plan of layers that read texts, for a length that many have.
  init(_ layers: TextLayers, _ record: TextTrainingRecord?) {
    self.init(
      layers.network, batch: record?.options.batchSize ?? 32, steps: 32, dropout: layers.dropout,
      variant: layers.variant, tableRows: layers.tableRows)
  }

  private init(
    _ network: FusedNetwork?, batch: Int, steps: Int, dropout: Float, variant: LSTMCell.Variant?,
    tableRows: Int? = nil
  ) {
    threads = Threads.limit
    self.steps = steps
    // With dropout between them the layers are trained one by one, each by a plan of its own.
    // So are they with noise, which the fused kernels do not know.
    isTrainedTogether =
      (dropout == 0 || network?.layerCount == 1) && !(variant?.drawsNoise ?? false)
    guard let network else { return }
    var passes = [(1, FusedPlan.Pass.inference), (batch, .inference)]
    if isTrainedTogether { passes += [(batch, .training), (batch, .backward)] }
    for (count, pass) in passes {
      let layout = SequenceLayout(count: count, length: steps)
      // The table is used where rows recur, as they surely do if there are many for each of its own.
      let isIndexed = tableRows.map { 2 * $0 <= count * steps } ?? false
      let plan = FusedPlan(network, layout, pass, isIndexed: isIndexed)
      let cost = PassCost(network, layout, pass, isIndexed: isIndexed)
      var times: [String: Double] = [:]
      for split in FusedPlan.Split.allCases {
        times[split.rawValue] = cost.estimate(split)?.microseconds
      }
      entries.append(
        Entry(
          sequences: count, steps: steps, pass: pass.rawValue, split: plan.split.rawValue,
          threads: plan.threads, microseconds: times))
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
        + (isTrainedTogether ? "" : "; with dropout, they are trained one by one"))
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
