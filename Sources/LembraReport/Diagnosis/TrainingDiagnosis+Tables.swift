public import LembraTraining

extension TrainingDiagnosis {
  /// The values of every gate of every layer, and the gradients at its states, in some of the epochs.
  ///
  /// - Parameter most: the most epochs that are shown, the first and the last among them.
  /// - Returns: a row for each gate and epoch.
  public func gateTable(epochs most: Int = 3) -> ReportTable {
    var table = ReportTable(
      columns: [
        .init("Layer"), .init("Gate"), .init("Epoch"), .init("Mean"), .init("SD"), .init("Min"),
        .init("Max"), .init("Saturated", unit: "%"),
      ],
      caption: "The gates in the steps that were looked into; saturated is σ below 0.05 or above "
        + "0.95 and tanh beyond ±0.95")
    let shown = shown(most)
    for place in epochs.last?.gates ?? [] {
      for epoch in shown {
        let own = epoch.gates.first { $0.layer == place.layer && $0.gate == place.gate }
        guard let own else { continue }
        table.append([
          .text(own.layer), .text(own.gate), .integer(epoch.epoch),
          .number(own.mean.rounded(decimals: 3)),
          .number(own.sd.rounded(decimals: 3)), .number(own.minimum.rounded(decimals: 3)),
          .number(own.maximum.rounded(decimals: 3)),
          own.saturated.map { .number(($0 * 100).rounded(decimals: 1)) } ?? .missing,
        ])
      }
    }
    return table
  }

  /// The norm of the loss's gradient at the states of every layer, at the end of what is read and at
  /// its beginning.
  public func gradientTable(epochs most: Int = 3) -> ReportTable {
    var table = ReportTable(
      columns: [
        .init("Layer"), .init("State"), .init("Epoch"), .init("Last step"), .init("Half way"),
        .init("First step"),
      ], caption: "The norm of the loss's gradient at the states")
    let shown = shown(most)
    for place in epochs.last?.gradients ?? [] {
      for epoch in shown {
        let own = epoch.gradients.first { $0.layer == place.layer && $0.state == place.state }
        guard let norms = own?.norms, let last = norms.first, let first = norms.last else {
          continue
        }
        table.append([
          .text(place.layer), .text(place.state), .integer(epoch.epoch), .number(last.short),
          .number(norms[norms.count / 2].short), .number(first.short),
        ])
      }
    }
    return table
  }

  /// At most `most` of the epochs, evenly spread, the first and the last among them.
  private func shown(_ most: Int) -> [Epoch] {
    guard epochs.count > most, most > 1 else { return Array(epochs.suffix(max(most, 0))) }
    return (0..<most).map { epochs[$0 * (epochs.count - 1) / (most - 1)] }
  }
}
