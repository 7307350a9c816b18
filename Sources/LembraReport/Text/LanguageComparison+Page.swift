import LembraData
import LembraLayers
public import LembraModels
import LembraTraining

extension TextComparison where Task == LanguageComparisonTask {
  /// The comparison as a page.
  ///
  /// - Parameters:
  ///   - command: the command that makes it again.
  ///   - version: the version of Lembra, for the last line.
  /// - Returns: the page, the same bytes for the same comparison but for times.
  public func page(command: String, version: String) -> Page {
    page(
      "Modelling a language", own: [Page.Section("Samples", samples)],
      facts: [
        .init("Tokens", task.tokenizer.summary),
        .init("Gradients flow through", NumberText.counted(task.steps, "token")),
      ],
      command: command, version: version, candidateFacts: \.facts)
  }

  private var samples: [Page.Block] {
    let judged = results.compactMap { result in result.judged.map { (result.title, $0) } }
    guard !judged.isEmpty else { return [] }
    let sample = task.sample
    let beginning = sample.prompt.isEmpty ? "anew" : "with “\(sample.prompt)”"
    let tokens = NumberText.counted(sample.count, "token")
    let introduction = Page.Block.paragraph(
      "What each model writes, beginning \(beginning): \(tokens) at temperature "
        + "\(sample.options.temperature), seed \(sample.options.seed).")
    return [introduction]
      + judged.flatMap { title, judged -> [Page.Block] in
        let scores = judged.evaluation.scores
        let perplexity = NumberText.significant(scores.perplexity, digits: 4)
        return [
          .paragraph("\(title), perplexity \(perplexity)"),
          .sample(sample.prompt + judged.evaluation.sample),
        ]
      }
  }
}

extension LanguageArchitecture {
  fileprivate var facts: [Page.Fact] {
    var facts: [Page.Fact] = [
      .init("Model", title), .init("Length of a token's vector", "\(embeddingSize)"),
      .init("Units of a layer", "\(hiddenSize)"), .init("Layers", "\(layerCount)"),
      .init("Tied vectors", tiesEmbeddings ? "yes" : "no"),
    ]
    if let variant { facts.append(.init("Variant", variant.summary)) }
    return facts + [
      .init("Dropout", "\(dropout)"), .init("Token dropout", "\(embeddingDropout)"),
      .init("Weight drop", "\(weightDrop)"),
    ]
  }
}
