import LembraData
import LembraLayers
public import LembraModels
import LembraTraining

extension TextComparison where Task == TranslatorComparisonTask {
  /// The comparison as a page.
  ///
  /// - Parameters:
  ///   - command: the command that makes it again.
  ///   - version: the version of Lembra, for the last line.
  /// - Returns: the page, the same bytes for the same comparison but for times.
  public func page(command: String, version: String) -> Page {
    page(
      "Translating",
      own: [
        Page.Section("Length", lengths), Page.Section("Attention", attention),
        Page.Section("Translations", translations),
      ],
      facts: [
        .init("Source tokens", task.tokenizers.source.summary),
        .init("Target tokens", task.tokenizers.target.summary),
        .init("Beam", "\(task.search.beamSize)"),
        .init("Label smoothing", "\(task.options.labelSmoothing)"),
      ] + signatures,
      command: command, version: version, candidateFacts: \.facts)
  }

  private var signatures: [Page.Fact] {
    guard let evaluation = results.compactMap(\.judged).first?.evaluation else { return [] }
    return [
      .init("BLEU", evaluation.bleu.signature), .init("chrF", evaluation.chrF.signature),
    ]
  }

  // MARK: - Scores by length

  private var lengths: [Page.Block] {
    let marks: [Chart.Mark] = results.enumerated().compactMap { index, result in
      guard let scores = result.judged?.evaluation.scoresByLength(), scores.count > 1 else {
        return nil
      }
      return .line(
        .init(
          result.title, x: scores.map { Double($0.shortest + $0.longest) / 2 },
          y: scores.map(\.bleu), look: .series(index)))
    }
    guard !marks.isEmpty else { return [] }
    let first = seeds.count > 1 ? " The first seed of each model." : ""
    return [
      .chart(
        Chart(
          "BLEU by the length of the source", x: .init("Words of the source"),
          y: .init("BLEU", includesZero: true), marks: marks),
        caption: "Each point is about a sixth of the test part. Without attention a model has to "
          + "keep the whole source in one state." + first)
    ]
  }

  // MARK: - Attention

  private var attention: [Page.Block] {
    let ranked = (best.map { [$0] } ?? []) + results
    guard
      let result = ranked.first(where: { $0.candidate.context.attention != nil }),
      let judged = result.judged
    else { return [] }
    let chosen = task.test.sources.filter { source in
      (4...12).contains(judged.model.sourceTokens(source).count)
    }.prefix(3)
    var options = task.search
    options.returnsAttention = true
    let maps = chosen.compactMap { heatMap($0, judged.model, options) }
    guard !maps.isEmpty else { return [] }
    return [
      .paragraph(
        "How much each token of the source, from left to right, counted for each token that "
          + "\(result.title) wrote, from top to bottom, in percent.")
    ] + maps.map { .heatMap($0) }
  }

  private func heatMap(
    _ source: String, _ model: Translator, _ options: SearchOptions
  ) -> Page.HeatMap? {
    guard
      let translation = try? model.translate([source], options: options).first?.first,
      translation.attention.count == translation.tokens.count + 1
    else { return nil }
    var map = Page.HeatMap(
      "“\(source)” became “\(translation.text)”", corner: "Target \\ source",
      columns: model.sourceTokens(source))
    for (token, weights) in zip(translation.tokens, translation.attention) {
      map.append(
        token,
        weights.map { .init(Int((100 * Double($0)).rounded()), share: Double($0)) })
    }
    return map
  }

  // MARK: - Translations

  private var translations: [Page.Block] {
    guard let best, let judged = best.judged else { return [] }
    let metric = BLEU(isLowercased: task.tokenizers.isLowercased)
    let scores = judged.evaluation.statistics.map { metric.sentenceScore(of: $0).score }
    let order = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
    // A translation that is right word for word tells nothing.
    let good = order.filter { scores[$0] < 99.9 }.prefix(5)
    return [
      .paragraph("The best translations of \(best.title) that differ from their references."),
      passages(good, scores, judged),
      .paragraph("Its worst translations."), passages(order.suffix(5).reversed(), scores, judged),
    ]
  }

  private func passages(
    _ places: some Sequence<Int>, _ scores: [Double], _ judged: Judged
  ) -> Page.Block {
    .passages(
      places.map { place in
        let score = NumberText.fixed(scores[place], decimals: 1)
        let source = task.test.sources[place].shortened(to: 300)
        let reference = task.test.targets[place].shortened(to: 300)
        return Page.Passage(
          [.init(judged.evaluation.translations[place].text.shortened(to: 300))],
          remark: "source: \(source); reference: \(reference); BLEU of the sentence \(score)")
      })
  }
}

extension TranslatorArchitecture {
  fileprivate var facts: [Page.Fact] {
    var facts: [Page.Fact] = [
      .init("Model", title), .init("Length of a token's vector", "\(embeddingSize)"),
      .init("Units of a layer", "\(hiddenSize)"),
      .init("Layers that read and that write", "\(encoderLayers) and \(decoderLayers)"),
      .init("Reads in both directions", isBidirectional ? "yes" : "no"),
      .init("Reads from the end", reversesSource ? "yes" : "no"),
      .init("Output fed back", feedsInput ? "yes" : "no"),
      .init("Coverage", seesCoverage ? "yes" : "no"),
      .init("Tied vectors", tiesEmbeddings ? "yes" : "no"), .init("Dropout", "\(dropout)"),
    ]
    if let variant { facts.append(.init("Variant", variant.summary)) }
    return facts
  }
}
