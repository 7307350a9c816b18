import LembraData
import LembraModels
import LembraReport
import LembraTraining

extension EvaluateCommand {
  /// Judges translations by references.
  func evaluateTranslator() throws {
    try precision.requireSingle("a translator")
    let translators = try ensemble.translators(saved.model)
    let pairs = try file.sides.pairs(orTable: file.data)
    let evaluation = try Translator.evaluate(
      pairs, by: translators, options: search.options())
    search.warn(ofCut: evaluation.translations.count(where: \.isCut), Narrator(talk))
    guard talk.json else {
      return try StandardStreams.printResult(text(of: evaluation, pairs))
    }
    try StandardStreams.printResult(
      jsonText(
        of: TextEvaluationDocument(
          model: translators[0].architecture.name, file: saved.model,
          data: file.name, scores: TranslationDocument(evaluation))))
  }

  private func text(of evaluation: TranslationEvaluation, _ pairs: ParallelTexts) -> String {
    func rounded(_ number: Double) -> String { NumberText.fixed(number, decimals: 2) }
    let precisions = evaluation.bleu.precisions.map { NumberText.fixed($0, decimals: 1) }
    return """
      \(NumberText.counted(pairs.count, "pair")) of \(file.name)
      BLEU        \(rounded(evaluation.bleu.score)) (\(precisions.joined(separator: "/")), \
      brevity penalty \(NumberText.fixed(evaluation.bleu.brevityPenalty, decimals: 3)))
      chrF        \(rounded(evaluation.chrF.score))
      exact       \(rounded(100 * evaluation.exact)) %
      WER         \(rounded(100 * evaluation.wordErrors.rate)) % (words between white space)
      perplexity  \(NumberText.significant(evaluation.taught.perplexity, digits: 4))
      tokens      \(rounded(100 * evaluation.taught.tokenAccuracy)) % right after the reference so far

      \(TextTable(lengths(evaluation)).description)

      \(evaluation.bleu.signature)
      \(evaluation.chrF.signature)
      """
  }
}

private func lengths(_ evaluation: TranslationEvaluation) -> ReportTable {
  var table = ReportTable(columns: [.init("Words of the source"), .init("Pairs"), .init("BLEU")])
  for score in evaluation.scoresByLength() {
    table.append([
      .text(
        score.shortest == score.longest
          ? "\(score.shortest)" : "\(score.shortest) to \(score.longest)"),
      .integer(score.pairs), .number(score.bleu),
    ])
  }
  return table
}

private struct TranslationDocument: Encodable {
  var bleu: Double
  var precisions: [Double]
  var brevityPenalty: Double
  var chrf: Double
  var exact: Double
  var wordErrorRate: Double
  var perplexity: Double
  var nats: Double
  var tokenAccuracy: Double
  var signature: String
  var chrfSignature: String
  var bleuByLength: [TranslationEvaluation.LengthScore]

  init(_ evaluation: TranslationEvaluation) {
    bleu = evaluation.bleu.score
    precisions = evaluation.bleu.precisions
    brevityPenalty = evaluation.bleu.brevityPenalty
    chrf = evaluation.chrF.score
    exact = evaluation.exact
    wordErrorRate = evaluation.wordErrors.rate
    perplexity = evaluation.taught.perplexity
    nats = evaluation.taught.nats
    tokenAccuracy = evaluation.taught.tokenAccuracy
    signature = evaluation.bleu.signature
    chrfSignature = evaluation.chrF.signature
    bleuByLength = evaluation.scoresByLength()
  }
}
