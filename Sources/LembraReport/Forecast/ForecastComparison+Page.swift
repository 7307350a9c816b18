import LembraData
public import LembraModels
import LembraTraining

extension ForecastComparison {
  /// The comparison as a page.
  ///
  /// - Parameters:
  ///   - command: the command that makes it again.
  ///   - version: the version of Lembra, for the last line.
  /// - Returns: the page, without the time at which it was made: the same comparison gives the same
  ///   bytes, but for the times that training took.
  public func page(command: String, version: String) -> Page {
    let targets = series.targetNames.joined(separator: ", ")
    var page = Page(
      "Forecasting \(targets)",
      subtitle: [series.file, NumberText.counted(series.rowCount, "row"), horizonRemark]
        .compactMap(\.self).joined(separator: " · "),
      footer: "Made by Lembra \(version)")
    page.append(
      Page.Section(
        "Result", [.highlights(highlights), .table(scoreTable())] + failures.blocks + perTarget))
    page.append(Page.Section("Forecasts", forecasts))
    page.append(Page.Section("Training", [.chart(lossChart(), caption: lossCaption)]))
    if test.windows.horizon > 1 {
      page.append(Page.Section("Error by horizon", [.chart(horizonChart())]))
    }
    page.append(Page.Section("Residuals", residuals))
    page.append(Page.Section("Data and configuration", configuration(command)))
    return page
  }

  private var horizonRemark: String {
    let steps = test.windows.horizon
    return "window \(test.windows.window), \(steps == 1 ? "one step" : "\(steps) steps") ahead"
  }

  private var highlights: [Page.Highlight] {
    var result: [Page.Highlight] = []
    if let best, let error = best.spread({ $0.test.overall.rmse }) {
      result.append(
        .init(
          "Best model", value: best.candidate.title,
          remark: "lowest mean squared error on the test part"))
      result.append(
        .init(
          "Its RMSE", value: NumberText.significant(error.mean, digits: 3),
          remark: error.values.count > 1 ? "mean of \(error.values.count) seeds" : "one seed"))
      let naive = baselines.compactMap { entry in
        entry.test.overall.rmse.map { (entry.baseline.title, $0) }
      }.min { $0.1 < $1.1 }
      if let (name, other) = naive, other > 0 {
        let change = (error.mean / other - 1) * 100
        result.append(
          .init(
            "Against the best baseline",
            value: NumberText.typographic(
              (change > 0 ? "+" : "") + NumberText.fixed(change, decimals: 0) + " %"),
            remark: "RMSE, \(name) \(NumberText.significant(other, digits: 3))"))
      }
    }
    return result
  }

  private var perTarget: [Page.Block] {
    guard series.targetCount > 1 else { return [] }
    let isShown = { (score: ScoreColumn) in ["RMSE", "MASE"].contains(score.column.title) }
    let others = ScoreColumn.all.filter { !isShown($0) }
    return ScoreColumn.all.filter(isShown).map { .table(targetTable($0)) } + [
      .details(
        summary: "Other scores of each target", others.map { .table(targetTable($0)) })
    ]
  }

  private var forecasts: [Page.Block] {
    let shown = best.map { [$0] } ?? []
    let targets = series.targetNames.indices
    let charts = targets.map { Page.Block.chart(forecastChart(target: $0, of: shown)) }
    guard results.count > 1 else { return charts }
    return charts + [
      .details(
        summary: "All models",
        targets.map { .chart(forecastChart(target: $0, of: results)) })
    ]
  }

  private var lossCaption: String {
    seeds.count > 1 ? "The first seed of each model." : ""
  }

  private var residuals: [Page.Block] {
    guard let best else { return [] }
    return series.targetNames.indices.flatMap { target -> [Page.Block] in
      [
        .chart(residualChart(target: target, of: best)),
        .chart(residualScatter(target: target, of: best)),
      ]
    }
  }

  private func configuration(_ command: String) -> [Page.Block] {
    [.facts(facts), .paragraph("This page was made by"), .code(command)]
      + results.map { result in
        .details(summary: result.candidate.title, [.facts(Self.facts(of: result.candidate))])
      }
  }

  private var facts: [Page.Fact] {
    let features = series.names.dropFirst(series.targetCount)
    var facts: [Page.Fact] = [.init("Targets", series.targetNames.joined(separator: ", "))]
    if !features.isEmpty { facts.append(.init("Features", features.joined(separator: ", "))) }
    let parts = [
      ("Training", split.training), ("Validation", split.validation), ("Test", split.test),
    ]
    for (name, rows) in parts where !rows.isEmpty {
      facts.append(.init("\(name) part", NumberText.counted(rows.count, "row") + span(rows)))
    }
    facts.append(.init("Missing values", series.missingValues.description))
    facts.append(.init("Seeds", seeds.map { "\($0)" }.joined(separator: ", ")))
    let seasons = test.seasons.map { NumberText.counted($0, "row") }
    facts.append(.init("Season", seasons.joined(separator: ", ")))
    return facts
  }

  /// The first and last entry of the index in some rows.
  private func span(_ rows: Range<Int>) -> String {
    guard let index = series.index, let first = rows.first, let last = rows.last else { return "" }
    return ", \(index.texts[first]) to \(index.texts[last])"
  }

  private static func facts(of candidate: Candidate) -> [Page.Fact] {
    let configuration = candidate.configuration
    let settings =
      configuration.architecture.settings + configuration.settings + candidate.options.settings
    return settings.map { setting in
      .init(setting.name.prefix(1).uppercased() + setting.name.dropFirst(), setting.value)
    }
  }
}
