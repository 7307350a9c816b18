import LembraData
import LembraLayers
public import LembraModels
import LembraTraining

extension TextComparison where Task == TaggerComparisonTask {
  /// The comparison as a page.
  ///
  /// - Parameters:
  ///   - command: the command that makes it again.
  ///   - version: the version of Lembra, for the last line.
  /// - Returns: the page, the same bytes for the same comparison but for times.
  public func page(command: String, version: String) -> Page {
    page(
      "Tagging words",
      own: [Page.Section("Spans", spans), Page.Section("Mistakes", mistakes)],
      facts: [
        .init("Words of the test part", NumberText.integer(task.test.words.count)),
        .init("Scheme of the tags", task.options.scheme.rawValue),
      ],
      command: command, version: version, lossRemark: lossRemark, candidateFacts: \.facts)
  }

  private var lossRemark: String {
    Set(results.map(\.candidate.output)).count > 1
      ? "The loss of a model with a chain of tags is that of a sentence, of the others of a word."
      : ""
  }

  private var spans: [Page.Block] {
    guard
      task.hasSpans, let best, let judged = best.judged,
      let own = judged.evaluation.spanTable(caption: "\(best.title), by type of span")
    else { return [] }
    guard results.count > 1 else { return [.table(own)] }
    let names = Set(results.flatMap { $0.judged?.evaluation.types.map(\.name) ?? [] }).sorted()
    let first = seeds.count > 1 ? ", first seed of each model" : ""
    let all = table("F1 of each type" + first, "Span", names: names) { judged, type in
      judged.evaluation.byType[names[type]]?.f1
    }
    return [.table(own), .table(all)]
  }

  private var mistakes: [Page.Block] {
    guard let best, let judged = best.judged else { return [] }
    let tags = judged.evaluation.tags
    let wrong = task.test.indices.filter { Array(task.test[$0].tags) != tags[$0] }
    guard !wrong.isEmpty else {
      return [.paragraph("\(best.title) made no mistake on \(judgedPart).")]
    }
    // Long sentences would bury the mistake.
    let short = wrong.filter { tags[$0].count <= 40 }.prefix(8)
    return [
      .paragraph(
        "\(best.title) has a wrong tag in \(wrong.count) of \(judgedPart). These are the first; where "
          + "tags differ, the true one is above the given one."),
      .taggings(
        short.map { index in
          let sentence = task.test[index]
          return Page.Tagging(
            zip(zip(sentence.words, sentence.tags), tags[index]).map { word, given in
              .init(word.0, truth: word.1, given: given)
            })
        }),
    ]
  }
}

extension TaggerArchitecture {
  fileprivate var facts: [Page.Fact] {
    var facts: [Page.Fact] = [
      .init("Model", title), .init("Length of a word's vector", "\(embeddingSize)"),
      .init("Units of a layer", "\(hiddenSize)"), .init("Layers", "\(layerCount)"),
      .init("Spelling", spelling.rawValue),
    ]
    if let variant { facts.append(.init("Variant", variant.summary)) }
    if spelling != .none {
      facts.append(.init("Units that read characters", "\(characterHiddenSize)"))
    }
    return facts + [.init("Dropout", "\(dropout)"), .init("Word dropout", "\(wordDropout)")]
  }
}
