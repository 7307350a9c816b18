import LembraData
import LembraLayers
public import LembraModels
import LembraTraining

extension TextComparison where Task == ClassifierComparisonTask {
  /// The comparison as a page.
  ///
  /// - Parameters:
  ///   - command: the command that makes it again.
  ///   - version: the version of Lembra, for the last line.
  /// - Returns: the page, the same bytes for the same comparison but for times.
  public func page(command: String, version: String) -> Page {
    page(
      "Classifying texts",
      own: [
        Page.Section("Labels", labelTables), Page.Section("Confusion", confusion),
        Page.Section("Calibration", calibration), Page.Section("Mistakes", mistakes),
        Page.Section("Attention", attention),
      ],
      facts: [.init("Labels", labels.joined(separator: ", ").shortened(to: 400))] + wordFacts,
      command: command, version: version, candidateFacts: \.facts)
  }

  private var labels: [String] {
    results.compactMap(\.judged).first?.model.configuration.labels ?? []
  }

  private var wordFacts: [Page.Fact] {
    guard let judged = results.compactMap(\.judged).first else { return [] }
    return [.init("Words", judged.model.configuration.tokenizer.summary)]
  }

  // MARK: - Scores

  private var labelTables: [Page.Block] {
    guard let best, let judged = best.judged else { return [] }
    let own = judged.evaluation.labelTable(labels: labels, caption: "\(best.title), by true label")
    guard results.count > 1 else { return [.table(own)] }
    let all = table("F1 of each label" + firstSeed, "Label", names: labels) { judged, label in
      judged.evaluation.classes[label].f1
    }
    return [.table(own), .table(all)]
  }

  private var firstSeed: String { seeds.count > 1 ? ", first seed of each model" : "" }

  private var confusion: [Page.Block] {
    func map(_ result: Result) -> Page.Block? {
      result.judged?.evaluation.confusionMap(labels: labels, title: result.title)
        .map { .heatMap($0) }
    }
    guard let best, let first = map(best) else { return [] }
    let others = results.filter { $0.candidate != best.candidate }.compactMap(map)
    return [first] + (others.isEmpty ? [] : [.details(summary: "Other models", others)])
  }

  private var calibration: [Page.Block] {
    let lines: [Chart.Mark] = results.enumerated().compactMap { index, result in
      guard let bins = result.judged?.evaluation.reliability else { return nil }
      return .line(
        .init(
          result.title, x: bins.map { $0.confidence ?? .nan },
          y: bins.map { $0.accuracy ?? .nan }, look: .series(index)))
    }
    guard !lines.isEmpty else { return [] }
    let ideal = Chart.Mark.line(.init("As sure as right", x: [0, 1], y: [0, 1], look: .ink))
    return [
      .chart(
        Chart(
          "How often a model is right that is so sure",
          x: .init("Probability of the given label", includesZero: true),
          y: .init("Share of right labels", includesZero: true), marks: [ideal] + lines),
        caption: "Below the line a model is surer than it should be. The calibration error is the "
          + "mean distance from the line.")
    ]
  }

  // MARK: - Texts

  private var mistakes: [Page.Block] {
    guard let best, let judged = best.judged else { return [] }
    let wrong = judged.evaluation.predictions.indices.filter { index in
      Set(judged.evaluation.predictions[index].labels) != Set(task.test.labels[index])
    }
    let sure = wrong.sorted { left, right in
      let (a, b) = (confidence(left, judged), confidence(right, judged))
      return a == b ? left < right : a > b
    }
    guard !sure.isEmpty else {
      return [.paragraph("\(best.title) made no mistake on \(judgedPart).")]
    }
    return [
      .paragraph(
        "\(best.title) is wrong on \(wrong.count) of \(judgedPart). "
          + "These are the mistakes of which it is surest."),
      .passages(
        sure.prefix(10).map { index in
          Page.Passage(
            [.init(task.test.texts[index].shortened(to: 600))], remark: verdict(index, judged))
        }),
    ]
  }

  /// The largest probability that speaks for what the model said of a text.
  private func confidence(_ index: Int, _ judged: Judged) -> Float {
    judged.evaluation.predictions[index].probabilities.map { max($0, isMultiLabel ? 1 - $0 : $0) }
      .max() ?? 0
  }

  private var isMultiLabel: Bool {
    results.contains { $0.judged?.model.configuration.isMultiLabel == true }
  }

  private func verdict(_ index: Int, _ judged: Judged) -> String {
    func listed(_ labels: [String]) -> String {
      labels.isEmpty ? "none" : labels.sorted().joined(separator: ", ")
    }
    let prediction = judged.evaluation.predictions[index]
    let text = "true \(listed(task.test.labels[index])), given \(listed(prediction.labels))"
    guard !isMultiLabel, let most = prediction.probabilities.max() else { return text }
    return text + " with a probability of \(NumberText.significant(Double(most), digits: 3))"
  }

  private var attention: [Page.Block] {
    let ranked = (best.map { [$0] } ?? []) + results
    guard
      let result = ranked.first(where: { $0.candidate.attends }), let judged = result.judged
    else { return [] }
    var passages: [Page.Passage] = []
    for index in task.test.texts.indices where passages.count < 5 {
      guard
        let words = judged.model.attention(to: task.test.texts[index]),
        (4...80).contains(words.count)
      else { continue }
      passages.append(passage(words, verdict(index, judged)))
    }
    guard !passages.isEmpty else { return [] }
    return [
      .paragraph(
        "How much each word counts for \(result.title) in the first texts of the test part: the "
          + "darker, the more. Words are shown as the model knows them."),
      .passages(passages),
    ]
  }

  private func passage(_ words: [(word: String, weight: Float)], _ verdict: String) -> Page.Passage
  {
    let most = max(words.map(\.weight).max() ?? 1, .leastNormalMagnitude)
    let strongest = words.enumerated().sorted {
      ($1.element.weight, $0.offset) < ($0.element.weight, $1.offset)
    }.prefix(3).map { entry in
      "\(entry.element.word) \(NumberText.fixed(Double(entry.element.weight), decimals: 2))"
    }
    return Page.Passage(
      words.map { .init($0.word, shade: Double($0.weight / most)) },
      remark: "\(verdict); most weight: \(strongest.joined(separator: ", "))")
  }
}

extension ClassifierArchitecture {
  /// Whether the network weighs the words of a text.
  fileprivate var attends: Bool { isRecurrent && pooling == .attention }

  private var isRecurrent: Bool { kind != .mlp && kind != .cnn }

  fileprivate var facts: [Page.Fact] {
    var facts: [Page.Fact] = [
      .init("Model", kind.title), .init("Length of a word's vector", "\(embeddingSize)"),
      .init(kind == .cnn ? "Filters of a width" : "Units of a layer", "\(hiddenSize)"),
    ]
    if kind == .cnn {
      facts.append(.init("Widths", kernelSizes.map { "\($0)" }.joined(separator: ", ")))
    } else {
      facts.append(.init("Layers", "\(layerCount)"))
    }
    if isRecurrent { facts.append(.init("Pooling", pooling.rawValue)) }
    if let variant { facts.append(.init("Variant", variant.summary)) }
    return facts + [.init("Dropout", "\(dropout)"), .init("Word dropout", "\(wordDropout)")]
  }
}
