import LembraData
import LembraFormats
import LembraModels
import LembraReport
import LembraTensor
import LembraTraining

extension InspectCommand {
  /// Follows the gradients of models back in time.
  func inspectGradients() throws {
    try OutputFiles.check(
      [("--html", flow.html), ("--plot", flow.plot)],
      inputs: saved.models + [flow.gradients].compactMap(\.self) + flow.sides.files)
    let narrator = Narrator(talk)
    var silent = talk
    silent.quiet = true
    var found: [(file: String, title: String, flow: GradientFlow)] = []
    for file in saved.models {
      // What there is to say of the data is said once.
      let (title, own) = try gradients(file, found.isEmpty ? narrator : Narrator(silent))
      found.append((file, title, own))
    }
    let titles = found.map(\.title)
    let comparison = GradientComparison(
      found.map { entry in
        let isAlone = titles.count { $0 == entry.title } == 1
        return .init(isAlone ? entry.title : "\(entry.title) \(entry.file)", entry.flow)
      })
    try StandardStreams.printResult(
      talk.json
        ? jsonText(
          of: GradientDocument(
            data: flow.name,
            models: found.map { .init(title: $0.title, file: $0.file, gradients: $0.flow) }))
        : "\(TextTable(comparison.table()))")
    if let html = flow.html {
      let page = comparison.page(
        data: flow.name, command: "\(ShellCommand.current.portable)", version: lembraVersion)
      try AtomicFile.write(page.html, to: html)
      narrator.remark("wrote the page \(html)")
    }
    if let plot = flow.plot {
      try AtomicFile.write(Chart.svg(stacking: [comparison.chart()]), to: plot)
      narrator.remark("wrote the plot \(plot)")
    }
  }

  /// The title of a model, and its gradients.
  private func gradients(
    _ file: String, _ narrator: Narrator
  ) throws -> (title: String, flow: GradientFlow) {
    switch try ModelFile.task(ofFileAt: file) {
    case TextClassifier.task:
      let model = try TextClassifier(readingFrom: file)
      let data = try LabelledTexts(
        readingFrom: flow.required(),
        options: texts.labelled(
          hasHeader: reading.noHeader ? false : nil,
          allowsNoLabel: model.configuration.isMultiLabel))
      for remark in data.remarks { narrator.remark(remark) }
      return (model.title, try model.gradientFlow(on: data, atMost: flow.mostSequences))
    case SequenceTagger.task:
      let model = try SequenceTagger(readingFrom: file)
      let sentences = try TaggedSentences(
        readingFrom: flow.required(),
        options: texts.tagged(model.configuration.columns, tags: .required))
      return (model.title, try model.gradientFlow(on: sentences, atMost: flow.mostSequences))
    case LanguageModel.task:
      let model = try LanguageModel(readingFrom: file)
      let corpus = try model.corpus(of: TextFile(readingFrom: flow.required()))
      return (
        model.title,
        try model.gradientFlow(on: corpus, steps: flow.stepsBack, atMost: flow.mostSequences)
      )
    case Translator.task:
      let model = try Translator(readingFrom: file)
      let pairs = try flow.sides.pairs(orTable: flow.gradients)
      return (model.title, try model.gradientFlow(on: pairs, atMost: flow.mostSequences))
    case StepReplay.task:
      throw LembraError(
        .invalidOption, "this is a step of a training and no model",
        remedy: "inspect it without --gradients", at: .init(file: file))
    default: return try forecastGradients(file, narrator)
    }
  }

  private func forecastGradients(
    _ file: String, _ narrator: Narrator
  ) throws -> (title: String, flow: GradientFlow) {
    let model = try Forecaster(readingFrom: file)
    let configuration = model.configuration
    let source = try DataSource(
      flow.required(), reading, targets: configuration.targets, features: configuration.features,
      narrator: narrator)
    let data = try ForecastData(
      source.series, for: model, parts: ForecastParts(test: flow.test ?? .none))
    return (
      configuration.architecture.kind.title,
      try model.gradientFlow(on: data, atMost: flow.mostSequences)
    )
  }
}

/// What a JSON document says of the gradients of models.
private struct GradientDocument: Encodable {
  struct Model: Encodable {
    var title: String
    var file: String
    var gradients: GradientFlow
  }

  var data: String
  var models: [Model]
}
