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
    let evaluation = try classifier.running(at: precision.precision).evaluate(data)
    let report = ClassifierReport(
      evaluation, labels: classifier.configuration.labels, count: data.count)
    let beside = try besideSingle(evaluation, try classifier.evaluate(data), .classifier)
    guard talk.json else { return try print(report.text, beside) }
    try StandardStreams.printResult(
      jsonText(
        of: TextEvaluationDocument(
          model: classifier.configuration.architecture.kind.rawValue, file: saved.model,
          data: path, scores: report.document, atPrecision: beside)))
  }

  /// Judges the tags of words.
  func evaluateTagger() throws {
    let path = try file.required()
    let tagger = try SequenceTagger(readingFrom: saved.model)
    let sentences = try TaggedSentences(
      readingFrom: path,
      options: texts.tagged(tagger.configuration.columns, tags: .required))
    let evaluation = try tagger.running(at: precision.precision).evaluate(sentences)
    let report = TaggerReport(evaluation)
    let beside = try besideSingle(evaluation, tagger.evaluate(sentences), .tagger)
    guard talk.json else { return try print(report.text, beside) }
    try StandardStreams.printResult(
      jsonText(
        of: TextEvaluationDocument(
          model: tagger.configuration.architecture.title, file: saved.model,
          data: path, scores: report.document, atPrecision: beside)))
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
    let quick = try model.running(at: precision.precision)
    let scores =
      language.dynamic
      ? try quick.scores(
        of: corpus, adapting: language.dynamicRate.map { .init(learningRate: $0) } ?? .init())
      : try quick.scores(of: corpus, streams: language.streams ?? 1)
    let beside = try besideSingle(
      scores, try model.scores(of: corpus, streams: language.streams ?? 1), .language)
    guard talk.json else {
      let perCharacter = scores.bitsPerCharacter.map {
        ", \(NumberText.significant($0, digits: 4)) bits a character"
      }
      return try print(
        """
        \(NumberText.counted(scores.tokens, "token")) of \(path): \
        \(NumberText.significant(scores.nats, digits: 4)) nats a token, \
        perplexity \(NumberText.significant(scores.perplexity, digits: 4))\(perCharacter ?? "")
        """, beside)
    }
    try StandardStreams.printResult(
      jsonText(
        of: TextEvaluationDocument(
          model: model.architecture.cell.rawValue, file: saved.model, data: path,
          scores: LanguageDocument(scores), atPrecision: beside)))
  }

  /// The scores at a lower precision beside those at single precision, which are only computed then.
  private func besideSingle<Evaluation>(
    _ reduced: Evaluation, _ single: @autoclosure () throws -> Evaluation,
    _ scores: ComparedScores<Evaluation>
  ) throws -> PrecisionReport? {
    guard precision.isReduced else { return nil }
    return PrecisionReport(
      precision.precision, single: try single(), reduced: reduced, scores.list)
  }

  private func print(_ text: String, _ beside: PrecisionReport?) throws {
    try StandardStreams.printResult(
      ([text] + [beside?.text].compactMap(\.self)).joined(separator: "\n\n"))
  }
}

/// The scores by which two precisions are compared.
private struct ComparedScores<Evaluation> {
  let list: [(name: String, value: (Evaluation) -> Double?)]
}

extension ComparedScores<ClassifierEvaluation> {
  fileprivate static var classifier: Self {
    Self(list: [
      ("accuracy", { $0.scores?.accuracy }),
      ("all labels right", { $0.multiLabelScores?.subsetAccuracy }),
      ("macro F1", { $0.scores?.macroF1 ?? $0.multiLabelScores?.macroF1 }),
      ("cross entropy", { $0.scores?.crossEntropy }),
    ])
  }
}

extension ComparedScores<TaggerEvaluation> {
  fileprivate static var tagger: Self {
    Self(list: [("accuracy", { $0.accuracy }), ("F1", { $0.hasSpans ? $0.spans.f1 : nil })])
  }
}

extension ComparedScores<LanguageScores> {
  fileprivate static var language: Self {
    Self(list: [
      ("nats", { $0.nats }), ("perplexity", { $0.perplexity }),
      ("bits a character", { $0.bitsPerCharacter }),
    ])
  }
}

/// What a JSON document says after a model of texts was judged: its scores, and of what.
struct TextEvaluationDocument<Scores: Encodable>: Encodable {
  var model: String
  var file: String
  var data: String
  var scores: Scores
  /// Of a model at fewer bits than it was trained with; spans have a score called precision.
  var atPrecision: PrecisionReport?

  private enum CodingKeys: CodingKey { case model, file, data, atPrecision }

  func encode(to encoder: any Encoder) throws {
    try scores.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(model, forKey: .model)
    try container.encode(file, forKey: .file)
    try container.encode(data, forKey: .data)
    try container.encodeIfPresent(atPrecision, forKey: .atPrecision)
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
