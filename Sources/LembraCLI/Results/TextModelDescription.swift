import LembraData
import LembraLayers
import LembraModels
import LembraReport
import LembraTensor
import LembraTraining

/// What a saved model of texts is made of.
struct TextModelDescription {
  private let task: String
  private let file: String
  private let facts: [(String, String)]
  private let parameters: [(name: String, value: Tensor)]
  private let record: TextTrainingRecord?

  private let layers: PlanDescription.TextLayers

  /// How the layers that read divide their work; nil to say nothing about it.
  private var plan: PlanDescription?

  init(_ model: TextClassifier, file: String) {
    let (configuration, architecture) = (model.configuration, model.configuration.architecture)
    let pools = ![.mlp, .cnn].contains(architecture.kind)
    self.init(
      TextClassifier.task, file, model.network, model.record,
      .init(
        network: model.network.fused, dropout: architecture.dropout,
        variant: architecture.variant),
      [
        ("model", architecture.kind.title), ("labels", "\(configuration.labels.count)"),
        ("labels a text", configuration.isMultiLabel ? "any number" : "1"),
        ("tokens", configuration.tokenizer.summary),
        ("word vectors", "\(architecture.embeddingSize)"),
        ("hidden units", "\(architecture.hiddenSize)"), ("layers", "\(architecture.layerCount)"),
        ("variant", architecture.variant?.summary ?? "none"),
        ("pooling", pools ? architecture.pooling.rawValue : "none"),
        ("dropout", "\(architecture.dropout)"), ("word dropout", "\(architecture.wordDropout)"),
      ])
  }

  init(_ model: SequenceTagger, file: String) {
    let (configuration, architecture) = (model.configuration, model.configuration.architecture)
    self.init(
      SequenceTagger.task, file, model.network, model.record,
      .init(
        network: model.network.fused, dropout: architecture.dropout,
        variant: architecture.variant),
      [
        ("model", architecture.title), ("tags", "\(configuration.tags.count)"),
        ("scheme", configuration.scheme?.rawValue ?? "none"),
        ("words", "\(configuration.words.count)"),
        ("characters", "\(configuration.characters.count)"),
        ("features", "\(configuration.features.count)"),
        ("word vectors", "\(architecture.embeddingSize)"),
        ("spelling", architecture.spelling.rawValue),
        ("hidden units", "\(architecture.hiddenSize)"), ("layers", "\(architecture.layerCount)"),
        ("variant", architecture.variant?.summary ?? "none"),
        ("dropout", "\(architecture.dropout)"), ("word dropout", "\(architecture.wordDropout)"),
      ])
  }

  init(_ model: LanguageModel, file: String) {
    let architecture = model.architecture
    self.init(
      LanguageModel.task, file, model.network, model.record,
      .init(
        network: model.network.encoder.fused, dropout: architecture.dropout,
        variant: architecture.variant, tableRows: model.tokenizer.count),
      [
        ("model", architecture.cell.title),
        ("tokens", model.tokenizer.summary),
        ("token vectors", "\(architecture.embeddingSize)"),
        ("embeddings", architecture.tiesEmbeddings ? "tied" : "not tied"),
        ("hidden units", "\(architecture.hiddenSize)"), ("layers", "\(architecture.layerCount)"),
        ("variant", architecture.variant?.summary ?? "none"),
        ("dropout", "\(architecture.dropout)"),
        ("variational", architecture.isVariational ? "yes" : "none"),
        ("embedding dropout", "\(architecture.embeddingDropout)"),
        ("weight drop", "\(architecture.weightDrop)"),
      ])
  }

  init(_ model: Translator, file: String) {
    let architecture = model.architecture
    self.init(
      Translator.task, file, model.network, model.record,
      .init(
        network: model.network.encoder.fused, dropout: architecture.dropout,
        variant: architecture.variant),
      [
        ("model", architecture.title), ("source tokens", model.tokenizers.source.summary),
        ("target tokens", model.tokenizers.target.summary),
        ("lower case", model.tokenizers.isLowercased ? "yes" : "none"),
        ("token vectors", "\(architecture.embeddingSize)"),
        ("hidden units", "\(architecture.hiddenSize)"),
        ("layers that read", "\(architecture.encoderLayers)"),
        ("layers that write", "\(architecture.decoderLayers)"),
        ("variant", architecture.variant?.summary ?? "none"),
        ("reads", architecture.isBidirectional ? "in both directions" : "forward"),
        ("output fed back", architecture.feedsInput ? "yes" : "none"),
        ("coverage", architecture.seesCoverage ? "yes" : "none"),
        ("embeddings", architecture.tiesEmbeddings ? "tied" : "not tied"),
        ("dropout", "\(architecture.dropout)"),
      ])
  }

  private init(
    _ task: String, _ file: String, _ network: some Module, _ record: TextTrainingRecord?,
    _ layers: PlanDescription.TextLayers, _ facts: [(String, String)]
  ) {
    self.task = task
    self.layers = layers
    self.file = file
    self.facts = facts.filter { !["none", "0", "0.0"].contains($0.1) }
    parameters = network.parameters
    self.record = record
  }

  /// Adds how the layers that read divide their work, which takes a measurement.
  mutating func addPlan() { plan = PlanDescription(layers, record) }

  // MARK: - Terminal

  var text: String {
    var table = ReportTable(columns: [.init("Model"), .init(file)])
    for (name, value) in [("task", task)] + facts + trainingFacts {
      table.append([.text(name), .text(value)])
    }
    var sizes = ReportTable(columns: [.init("Parameter"), .init("Shape"), .init("Numbers")])
    for (name, value) in parameters {
      sizes.append([
        .text(name), .text(value.shape.extents.map(String.init).joined(separator: " × ")),
        .integer(value.shape.count),
      ])
    }
    sizes.append([.text("all"), .text(""), .integer(count)])
    let tables = [table, sizes].map { TextTable($0).description }
    return (tables + (plan.map { [$0.text] } ?? [])).joined(separator: "\n\n")
  }

  private var count: Int { parameters.reduce(0) { $0 + $1.value.shape.count } }

  private var trainingFacts: [(String, String)] {
    guard let record else { return [("trained", "no")] }
    let options = record.options
    var facts = [
      ("trained on", "\(record.trainingCount)"), ("held back", "\(record.validationCount)"),
      ("optimizer", options.optimizer.rawValue), ("learning rate", "\(options.learningRate)"),
      ("schedule", "\(options.schedule)"), ("batch", "\(options.batchSize)"),
      ("seed", "\(options.seed)"),
      ("epochs", "\(record.epochs), weights of epoch \(record.keptEpoch)"),
      ("time", NumberText.duration(seconds: record.seconds)), ("ended", record.outcome.rawValue),
    ]
    facts += gradientSettings(
      steps: options.truncation.map { NumberText.counted($0, "step") },
      precision: options.precision)
    if let score = record.validationScore {
      facts.append(("validation score", NumberText.significant(score)))
    }
    return facts
  }

  // MARK: - JSON

  var document: some Encodable {
    Document(
      task: task, file: file, facts: Dictionary(uniqueKeysWithValues: facts.map { ($0, $1) }),
      record: record, parameterCount: count,
      parameters: parameters.map {
        Parameter(name: $0.name, shape: $0.value.shape.extents, count: $0.value.shape.count)
      },
      plan: plan)
  }

  private struct Document: Encodable {
    var task: String
    var file: String
    var facts: [String: String]
    var record: TextTrainingRecord?
    var parameterCount: Int
    var parameters: [Parameter]
    var plan: PlanDescription?
  }

  private struct Parameter: Encodable {
    var name: String
    var shape: [Int]
    var count: Int
  }
}
