import LembraLayers
import LembraModels
import LembraReport
import LembraTensor

/// How a model's recurrent layers divide their work among threads, and what other ways would take.
struct PlanDescription: Encodable {
  private struct Entry: Encodable {
    var windows: Int
    var pass: String
    var split: String
    var threads: Int
    /// What each way to divide the pass would take, by the cost model.
    var microseconds: [String: Double]
  }

  private let threads: Int
  private var isTrainedTogether = true

  /// None if no recurrent layer is run by fused kernels.
  private var entries: [Entry] = []

  init(_ forecaster: Forecaster) {
    threads = Threads.limit
    guard let network = forecaster.network.fused else { return }
    let batch = forecaster.record?.options.batchSize ?? 32
    var passes = [(1, FusedPlan.Pass.inference), (batch, .inference)]
    // With dropout between them the layers are trained one by one, each by a plan of its own.
    isTrainedTogether =
      forecaster.configuration.architecture.dropout == 0 || network.layerCount == 1
    if isTrainedTogether { passes += [(batch, .training), (batch, .backward)] }
    for (count, pass) in passes {
      let layout = SequenceLayout(count: count, length: forecaster.configuration.window)
      let plan = FusedPlan(network, layout, pass)
      let cost = PassCost(network, layout, pass)
      var times: [String: Double] = [:]
      for split in FusedPlan.Split.allCases {
        times[split.rawValue] = cost.estimate(split)?.microseconds
      }
      entries.append(
        Entry(
          windows: count, pass: pass.rawValue, split: plan.split.rawValue, threads: plan.threads,
          microseconds: times))
    }
  }

  var text: String {
    guard !entries.isEmpty else {
      return "Plan: no recurrent layer of this model is run by fused kernels."
    }
    let splits = FusedPlan.Split.allCases.map(\.rawValue)
    var table = ReportTable(
      columns: [.init("Windows"), .init("Pass"), .init("Divided by"), .init("Threads")]
        + splits.map { .init($0, unit: "µs") },
      caption: "Division of work among up to \(NumberText.counted(threads, "thread"))"
        + (isTrainedTogether ? "" : "; with dropout between them, layers are trained one by one"))
    for entry in entries {
      table.append(
        [
          .integer(entry.windows), .text(entry.pass), .text(entry.split), .integer(entry.threads),
        ] + splits.map { split in entry.microseconds[split].map { .number($0) } ?? .text("–") })
    }
    return TextTable(table).description
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(entries)
  }
}
