import LembraLayers
import LembraTensor

extension ForecasterConfiguration {
  /// Throws when training would take more memory than this process can have.
  ///
  /// Counted are the weights with their gradients, the optimizer's two moments, the best weights and
  /// the packed forms, and of a batch what the layers keep for the backward pass.
  func requireMemory(batchSize: Int, budget: MemoryBudget? = nil) throws(LembraError) {
    let weights = 7 * Double(parameterCount ?? .max)
    let directions: Double = architecture.kind.isBidirectional ? 2 : 1
    // For each unit and row at most four gates, a cell vector, an output and its gradient; a variant, and a
    // cell that is run on its own, also keep the products and what was before a step, and a normalised one
    // the gradients of both products.
    let kept = architecture.isNormalized ? 28.0 : architecture.isFused ? 7.0 : 14.0
    let units =
      Double(architecture.hiddenSize) * Double(architecture.layerCount) * directions * kept
    let rows = Double(batchSize) * Double(architecture.kind == .mlp ? 1 : window)
    let inputs = Double(batchSize) * Double(window) * Double(columns.count) * 2
    // Within a budget outputs alone are kept whole, where they are.
    let within = budget.map { Double($0.bytes) / 4 + rows * units / kept }
    let needed = 4 * (weights + min(rows * units, within ?? .infinity) + inputs)
    let limit = MemoryLimit.bytes
    guard needed > limit else { return }
    func gigabytes(_ bytes: Double) -> String { "\((bytes / 1e8).rounded() / 10) GB" }
    throw LembraError(
      .invalidOption,
      "training would take about \(gigabytes(needed)) of memory, and there are \(gigabytes(limit))",
      remedy: "choose a smaller hidden size, batch or window, or a memory budget",
      at: .init(name: "hidden"))
  }
}

extension ForecastArchitecture {
  fileprivate var isNormalized: Bool { variant?.isNormalized ?? false }

  /// Whether nothing is there but what the fused kernels run, or a perceptron.
  fileprivate var isFused: Bool {
    switch kind.cell {
    case nil, .rnn, .lstm: variant == nil
    case .gru: variant == nil && reset == .afterProduct
    case .mgu, .slstm, .mingru, .minlstm, .indrnn: false
    }
  }
}
