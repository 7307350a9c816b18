import LembraData
public import LembraModels
import LembraTraining
import LembraTensor

/// How far the gradients of some models reach back in time, side by side.
///
///     let flows = try GradientComparison([
///       .init("RNN", rnn.gradientFlow(on: data)), .init("LSTM", lstm.gradientFlow(on: data)),
///     ])
///     try AtomicFile.write(flows.page(data: "sunspots.csv", …).html, to: "gradients.html")
public struct GradientComparison: Sendable {
  /// A model and its gradients.
  public struct Entry: Sendable {
    public let title: String
    public let flow: GradientFlow

    public init(_ title: String, _ flow: GradientFlow) {
      self.title = title
      self.flow = flow
    }
  }

  public let entries: [Entry]

  /// - Precondition: there is at least one entry.
  public init(_ entries: [Entry]) {
    precondition(!entries.isEmpty, "GradientComparison: no models")
    self.entries = entries
  }

  /// One curve with what it is called.
  private struct Series {
    let model: Int
    let name: String
    let curve: GradientCurve
  }

  /// The curves of all models; those of the cell vectors only if they are asked for.
  private func series(cells: Bool = false) -> [Series] {
    entries.enumerated().flatMap { index, entry in
      let own = entry.flow.curves.filter { cells || $0.state == "hidden" }
      return own.map { curve in
        let layer = cells ? "\(curve.layer) \(curve.state)" : curve.layer
        return Series(
          model: index, name: own.count > 1 ? "\(entry.title) \(layer)" : entry.title,
          curve: curve)
      }
    }
  }

  // MARK: - Charts

  /// The norm of the gradient at every hidden state by its distance from the end.
  ///
  /// - Parameter isRelative: whether norms are shares of that at the end, so that models with losses
  ///   of different sizes can be compared.
  /// - Returns: a line for each layer of each model.
  public func chart(isRelative: Bool = true) -> Chart {
    var layers = [Int](repeating: 0, count: entries.count)
    let marks = series().map { series in
      defer { layers[series.model] += 1 }
      let norms = series.curve.norms
      let unit = isRelative ? norms.first { $0 > 0 } ?? 1 : 1
      return Chart.Mark.line(
        .init(
          series.name, values: norms.map { $0 / unit },
          look: .series(series.model, dash: layers[series.model])))
    }
    return Chart(
      isRelative ? "Gradient by distance, as a share of that at the end" : "Gradient by distance",
      x: .init("Steps before the end", scale: .counting),
      y: .init(isRelative ? "Share" : "Norm of ∂L/∂h", scale: .logarithmic), marks: marks)
  }

  // MARK: - Tables

  /// The norm at the end, and what is left of it so many steps before.
  public func table() -> ReportTable {
    let all = series(cells: true)
    let longest = all.map(\.curve.norms.count).max() ?? 0
    let distances =
      [1, 4, 16, 64, 256, 1_024].filter { $0 < longest - 1 } + (longest > 1 ? [longest - 1] : [])
    var table = ReportTable(
      columns: [.init("Model"), .init("State"), .init("At the end")]
        + distances.map { .init("\($0) before") },
      caption: "The norm of the loss's gradient at the state at the end of what is read, and the "
        + "share of it that is left so many steps before: the mean over "
        + NumberText.counted(entries[0].flow.sequenceCount, "sequence"))
    for series in all {
      let norms = series.curve.norms
      let first = norms.first ?? 0
      let shares = distances.map { distance -> ReportTable.Cell in
        guard distance < norms.count, first > 0 else { return .missing }
        return .number((norms[distance] / first).short)
      }
      let state = "\(series.curve.layer) \(series.curve.state)"
      table.append(
        [.text(entries[series.model].title), .text(state), .number(first.short)] + shares)
    }
    return table
  }

  // MARK: - Page

  /// The comparison as a page.
  ///
  /// - Parameters:
  ///   - data: the name of what was read.
  ///   - command: the command that makes it again.
  ///   - version: the version of Lembra, for the last line.
  /// - Returns: the page, which has the same bytes for the same comparison.
  public func page(data: String, command: String, version: String) -> Page {
    var page = Page(
      "Where gradients go",
      subtitle: "\(data) · "
        + NumberText.counted(entries[0].flow.sequenceCount, "sequence"),
      footer: "Made by Lembra \(version)")
    page.append(
      Page.Section(
        "Result",
        [
          .highlights(highlights),
          .chart(
            chart(),
            caption: "The loss at the end of what is read, followed back step by step. A line that "
              + "falls to nothing is a gradient that vanishes: what lies further back is not learnt."
          ),
          .chart(chart(isRelative: false)),
          .table(table()),
        ]))
    page.append(Page.Section("Command", [.code(command)]))
    return page
  }

  private var highlights: [Page.Highlight] {
    series().prefix(6).map { series in
      let reach = series.curve.reach(ofShare: 0.01)
      return .init(
        series.name,
        value: reach.map { NumberText.counted($0, "step") }
          ?? "all \(series.curve.norms.count) steps",
        remark: "until less than a hundredth of the gradient is left")
    }
  }
}
