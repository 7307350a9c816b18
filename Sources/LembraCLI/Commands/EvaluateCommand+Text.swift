import LembraData
import LembraLayers
import LembraModels
import LembraReport
import LembraTensor
import LembraTraining

extension EvaluateCommand {
  /// Judges the labels of texts.
  func evaluateClassifier() throws {
    let narrator = Narrator(talk)
    let path = try file.required()
    let classifier = try TextClassifier(readingFrom: saved.model)
    let data = try LabelledTexts(
      readingFrom: path,
      options: texts.labelled(
        hasHeader: reading.noHeader ? false : nil,
        allowsNoLabel: classifier.configuration.isMultiLabel))
    for remark in data.remarks { narrator.remark(remark) }
    let evaluation = try classifier.evaluate(data)
    let report = ClassifierReport(
      evaluation, labels: classifier.configuration.labels, count: data.count)
    guard talk.json else { return try StandardStreams.printResult(report.text) }
    try StandardStreams.printResult(
      jsonText(
        of: TextEvaluationDocument(
          model: classifier.configuration.architecture.kind.rawValue, file: saved.model,
          data: path, scores: report.document)))
  }

  /// Judges the tags of words.
  func evaluateTagger() throws {
    let path = try file.required()
    let tagger = try SequenceTagger(readingFrom: saved.model)
    let sentences = try TaggedSentences(
      readingFrom: path,
      options: texts.tagged(tagger.configuration.columns, tags: .required))
    let report = TaggerReport(tagger.evaluate(sentences))
    guard talk.json else { return try StandardStreams.printResult(report.text) }
    try StandardStreams.printResult(
      jsonText(
        of: TextEvaluationDocument(
          model: tagger.configuration.architecture.title, file: saved.model,
          data: path, scores: report.document)))
  }

  /// Judges how probable a text is.
  func evaluateLanguageModel() throws {
    let path = try file.required()
    let model = try LanguageModel(readingFrom: saved.model)
    var text = try TextFile(readingFrom: path)
    if let validation = language.validation {
      text = try text.split(validation: validation).validation
    }
    let corpus = try model.corpus(of: text)
    let scores =
      language.dynamic
      ? try model.scores(
        of: corpus, adapting: language.dynamicRate.map { .init(learningRate: $0) } ?? .init())
      : try model.scores(of: corpus, streams: language.streams ?? 1)
    guard talk.json else {
      let perCharacter = scores.bitsPerCharacter.map {
        ", \(NumberText.significant($0, digits: 4)) bits a character"
      }
      return try StandardStreams.printResult(
        """
        \(NumberText.counted(scores.tokens, "token")) of \(path): \
        \(NumberText.significant(scores.nats, digits: 4)) nats a token, \
        perplexity \(NumberText.significant(scores.perplexity, digits: 4))\(perCharacter ?? "")
        """)
    }
    try StandardStreams.printResult(
      jsonText(
        of: TextEvaluationDocument(
          model: model.architecture.cell.rawValue, file: saved.model, data: path,
          scores: LanguageDocument(scores))))
  }
}

/// What a JSON document says after a model of texts was judged: its scores, and of what.
struct TextEvaluationDocument<Scores: Encodable>: Encodable {
  var model: String
  var file: String
  var data: String
  var scores: Scores

  private enum CodingKeys: CodingKey { case model, file, data }

  func encode(to encoder: any Encoder) throws {
    try scores.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(model, forKey: .model)
    try container.encode(file, forKey: .file)
    try container.encode(data, forKey: .data)
  }
}

private struct LanguageDocument: Encodable {
  var nats: Double
  var bits: Double
  var perplexity: Double
  var tokens: Int
  var characters: Int
  var bitsPerCharacter: Double?

  init(_ scores: LanguageScores) {
    nats = scores.nats
    bits = scores.bits
    perplexity = scores.perplexity
    tokens = scores.tokens
    characters = scores.characters
    bitsPerCharacter = scores.bitsPerCharacter
  }
}
