import LembraData
import LembraFormats
import LembraModels
import LembraReport
import LembraTensor

extension PredictCommand {
  /// Says which labels the lines of a file have.
  func classify() throws {
    let classifier = try TextClassifier(readingFrom: saved.model)
      .running(at: precision.precision)
    precision.remark(Narrator(talk))
    let labels = classifier.configuration.labels
    try answerLines { lines in
      zip(lines, classifier.classify(lines)).map { text, prediction in
        let chosen = prediction.labels.joined(separator: ",")
        let all = zip(labels, prediction.probabilities)
        let shown = texts.probabilities ? all.map { "\($0)=\(rounded($1))" } : []
        let sure = prediction.probabilities.max() ?? 0
        return LineAnswer(
          text: ([chosen, rounded(sure)] + shown).joined(separator: "\t"),
          document: .classified(
            ClassifiedLine(
              text: text, labels: prediction.labels,
              probabilities: Dictionary(uniqueKeysWithValues: all.map { ($0, $1) }))))
      }
    }
  }

  /// Says which tags the words of the lines of a file have.
  func tag() throws {
    let tagger = try SequenceTagger(readingFrom: saved.model).running(at: precision.precision)
    precision.remark(Narrator(talk))
    guard tagger.configuration.columns.features.isEmpty else { return try tagColumns(tagger) }
    try answerLines { lines in
      answers(of: tagger, TaggedSentences(lines: lines))
    }
  }

  /// Tags a file that has the columns of the file that the model learnt from.
  private func tagColumns(_ tagger: SequenceTagger) throws {
    let columns = tagger.configuration.columns
    let options = TaggedSentenceOptions(
      wordColumn: columns.word, featureColumns: columns.features, tags: .none,
      hasComments: texts.comments ? true : nil)
    let sentences =
      file.data == "-"
      ? try TaggedSentences(bytes: standardInput(), file: "standard input", options: options)
      : try TaggedSentences(readingFrom: file.data, options: options)
    try write { write in
      for start in stride(from: 0, to: sentences.count, by: 512) {
        let part = sentences.subset(Array(start..<min(start + 512, sentences.count)))
        try write(answers(of: tagger, part))
      }
    }
  }

  private func answers(of tagger: SequenceTagger, _ sentences: TaggedSentences) -> [LineAnswer] {
    let readings = tagger.readings(texts.best, of: sentences)
    let marginals = texts.probabilities ? tagger.marginals(of: sentences) : nil
    let tags = tagger.configuration.tags
    return sentences.indices.map { index in
      let words = Array(sentences[index].words)
      let blocks = readings[index].enumerated().map { rank, reading in
        let head =
          texts.best > 1 ? ["# \(rank + 1) \(NumberText.significant(reading.probability))"] : []
        let lines = zip(words, reading.tags).enumerated().map { place, pair in
          let sure = marginals.map { marginals in
            " \(rounded(marginals[index][place][reading.path[place]]))"
          }
          return "\(pair.0) \(pair.1)\(sure ?? "")"
        }
        return (head + lines).joined(separator: "\n") + "\n"
      }
      return LineAnswer(
        text: blocks.joined(separator: "\n"),
        document: .tagged(
          TaggedLine(
            words: words,
            readings: readings[index].map { reading in
              .init(
                tags: reading.tags, learnt: reading.path.map { tags[$0] },
                probability: reading.probability)
            },
            probabilities: marginals.map { marginals in
              marginals[index].map { row in
                Dictionary(uniqueKeysWithValues: zip(tags, row).map { ($0, $1) })
              }
            })))
    }
  }

  /// Says what the lines of a file become.
  func translate() throws {
    try precision.requireSingle("a translator")
    let translators = try ensemble.translators(saved.model)
    let options = search.options(
      best: texts.best, returnsAttention: texts.alignments, sampling: drawing.options)
    try options.validate()
    var cut = 0
    try answerLines { lines in
      let all = try Translator.translate(lines, by: translators, options: options)
      cut += all.count { $0[0].isCut }
      return zip(lines, all).map { line, translations in
        let tokens = texts.alignments ? translators[0].sourceTokens(line) : nil
        let shown = translations.map { translation in
          let score =
            texts.best > 1 ? "\(NumberText.significant(translation.score, digits: 4))\t" : ""
          let links = tokens == nil ? "" : "\t" + translation.links
          return score + translation.text + links
        }
        return LineAnswer(
          text: shown.joined(separator: "\n") + (texts.best > 1 ? "\n" : ""),
          document: .translated(
            TranslatedLine(
              text: line, sourceTokens: tokens,
              translations: translations.map { translation in
                .init(
                  text: translation.text, score: translation.score,
                  logProbability: translation.logProbability, tokens: translation.tokens,
                  attention: tokens == nil ? nil : translation.attention)
              })))
      }
    }
    search.warn(ofCut: cut, Narrator(talk))
  }

  /// Answers the lines of the data file, or of standard input, as they come.
  private func answerLines(_ answer: ([String]) throws -> [LineAnswer]) throws {
    var reader = try LineReader(path: file.data)
    try write { write in
      while let lines = try reader.next() { try write(answer(lines)) }
    }
  }

  /// Writes answers as they are given, or all at once as a document or into a file.
  private func write(_ body: (_ write: ([LineAnswer]) throws -> Void) throws -> Void) throws {
    var all: [LineAnswer] = []
    let isDocument = talk.json || writing.chosenFormat == .json
    let isHeldBack = isDocument || writing.output != nil
    try body { answers in
      if isHeldBack {
        all += answers
      } else {
        try StandardStreams.print(answers.map { $0.text + "\n" }.joined())
      }
    }
    guard isHeldBack else { return }
    let text =
      try isDocument
      ? jsonText(
        of: AnswerDocument(
          model: saved.model, precision: precision.name, predictions: all.map(\.document)))
      : all.map { $0.text + "\n" }.joined()
    guard let output = writing.output else { return try StandardStreams.printResult(text) }
    try AtomicFile.write(text, to: output)
  }

  /// All that comes on standard input.
  private func standardInput() throws -> [UInt8] {
    var reader = try LineReader(path: "-")
    var bytes: [UInt8] = []
    while let lines = try reader.next() {
      for line in lines { bytes += Array(line.utf8) + [0x0A] }
    }
    return bytes
  }

  private func rounded(_ probability: Float) -> String {
    NumberText.significant(Double(probability), digits: 3)
  }
}

/// What is said of one line.
private struct LineAnswer {
  let text: String
  let document: LineDocument
}

private enum LineDocument: Encodable {
  case classified(ClassifiedLine)
  case tagged(TaggedLine)
  case translated(TranslatedLine)

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .classified(let line): try line.encode(to: encoder)
    case .tagged(let line): try line.encode(to: encoder)
    case .translated(let line): try line.encode(to: encoder)
    }
  }
}

private struct ClassifiedLine: Encodable {
  var text: String
  var labels: [String]
  var probabilities: [String: Float]
}

private struct TaggedLine: Encodable {
  struct Reading: Encodable {
    var tags: [String]
    /// The same as they were learnt, by which `probabilities` names them.
    var learnt: [String]
    var probability: Double
  }

  var words: [String]
  var readings: [Reading]
  var probabilities: [[String: Float]]?
}

private struct TranslatedLine: Encodable {
  struct Way: Encodable {
    var text: String
    var score: Double
    var logProbability: Double
    var tokens: [String]
    /// For each token, and the end, how much each token of the source counted.
    var attention: [[Float]]?
  }

  var text: String
  var sourceTokens: [String]?
  var translations: [Way]
}

private struct AnswerDocument: Encodable {
  var model: String
  var precision: String?
  var predictions: [LineDocument]
}

extension Translation {
  /// The token of the source that counted most for each token, as pairs `source-target` counted from
  /// 0.
  fileprivate var links: String {
    attention.prefix(tokens.count).enumerated().compactMap { place, weights in
      weights.indices.max { (weights[$0], $1) < (weights[$1], $0) }.map { "\($0)-\(place)" }
    }.joined(separator: " ")
  }
}

extension TaggedSentences {
  /// A sentence for each line, whose words are apart by blanks; lines without words are left out.
  fileprivate init(lines: [String]) {
    let sentences = lines.map { $0.split(whereSeparator: \.isWhitespace).map(String.init) }
      .filter { !$0.isEmpty }
    var offsets = [0]
    for sentence in sentences { offsets.append(offsets[offsets.count - 1] + sentence.count) }
    self.init(words: Array(sentences.joined()), offsets: offsets)
  }
}
