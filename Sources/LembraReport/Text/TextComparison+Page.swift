import LembraData
import LembraLayers
import LembraModels
import LembraTraining

extension TextComparison {
  /// A page of what every task has, with sections of its own between.
  ///
  /// - Parameters:
  ///   - title: the heading.
  ///   - own: the sections that only this task has.
  ///   - facts: more of the data.
  ///   - command: the command that makes the page again.
  ///   - version: the version of Lembra, for the last line.
  ///   - lossRemark: what has to be known of the losses to read their chart; empty for nothing.
  ///   - candidateFacts: what a model is made of, in words.
  /// - Returns: the page.
  func page(
    _ title: String, own: [Page.Section], facts: [Page.Fact] = [], command: String,
    version: String, lossRemark: String = "", candidateFacts: (Task.Candidate) -> [Page.Fact]
  ) -> Page {
    var page = Page(
      title, subtitle: subtitle, footer: "Made by Lembra \(version)")
    page.append(
      Page.Section("Result", [.highlights(highlights), .table(scoreTable())] + failures.blocks))
    for section in own where !section.blocks.isEmpty { page.append(section) }
    page.append(Page.Section("Training", training(lossRemark)))
    page.append(
      Page.Section(
        "Data and configuration",
        [.facts(partFacts + facts + optionFacts), .paragraph("This page was made by")]
          + [.code(command)]
          + results.map { result in
            .details(summary: result.title, [.facts(candidateFacts(result.candidate))])
          }))
    return page
  }

  private var subtitle: String {
    let parts = task.parts
    let count = parts.training + parts.validation + (parts.test ?? 0)
    return [parts.file, NumberText.counted(count, parts.unit)].compactMap(\.self)
      .joined(separator: " · ")
  }

  private var highlights: [Page.Highlight] {
    guard let measure = measures.first, let best, let score = best.spread(measure.name) else {
      return []
    }
    let direction = measure.isHigherBetter ? "highest" : "lowest"
    return [
      .init(
        "Best model", value: best.title,
        remark: "\(direction) \(measure.title) on \(judgedPart)"),
      .init(
        "Its \(measure.title)", value: NumberText.significant(score.mean, digits: 4),
        remark: score.values.count > 1 ? "mean of \(score.values.count) seeds" : "one seed"),
    ]
  }

  private func training(_ lossRemark: String) -> [Page.Block] {
    let caption = seeds.count > 1 ? "The first seed of each model." : ""
    let loss = Page.Block.chart(
      lossChart(), caption: [caption, lossRemark].filter { !$0.isEmpty }.joined(separator: " "))
    return [loss] + (validationChart().map { [.chart($0, caption: caption)] } ?? [])
  }

  private var partFacts: [Page.Fact] {
    let parts = task.parts
    let counts = [
      ("Training", parts.training), ("Validation", parts.validation), ("Test", parts.test ?? 0),
    ]
    return counts.filter { $0.1 > 0 }.map { name, count in
      .init("\(name) part", NumberText.counted(count, parts.unit))
    }
  }

  private var optionFacts: [Page.Fact] {
    let options = task.trainingOptions
    var facts: [Page.Fact] = [
      .init("Seeds", seeds.map { "\($0)" }.joined(separator: ", ")),
      .init("Optimizer", options.optimizer.rawValue),
      .init("Learning rate", "\(options.learningRate), \(options.schedule)"),
      .init("Weight decay", "\(options.weightDecay)"),
      .init("Batch", "\(options.batchSize)"),
    ]
    if let minutes = options.minutes {
      facts.append(.init("Time for each training", NumberText.duration(seconds: minutes * 60)))
    } else {
      facts.append(.init("Most epochs", "\(options.epochs)"))
    }
    facts += gradientSettings(
      steps: options.truncation.map { NumberText.counted($0, "step") },
      precision: options.precision
    ).map { .init($0.name.prefix(1).uppercased() + $0.name.dropFirst(), $0.value) }
    if let patience = options.patience {
      facts.append(.init("Patience", NumberText.counted(patience, "epoch")))
    }
    return facts
  }
}

extension String {
  /// The beginning of a text that is too long to be shown.
  func shortened(to most: Int) -> String {
    count > most ? String(prefix(most)) + " …" : self
  }
}
