import Foundation
import LembraTraining
import Testing

/// What `Fixtures/make_translation_scores.py` writes.
struct TranslationFixture: Decodable {
  /// The scores of sacreBLEU, with the settings that ``bleus`` and ``chrFs`` have.
  struct Scores: Decodable {
    var bleu: [BLEUScore]
    var chrF: [ChrFScore]
  }

  /// A hypothesis with its tokens, with spaces between.
  struct Sentence: Decodable, CustomTestStringConvertible {
    var hypothesis: String
    var references: [String]
    var tokens: String
    var scores: Scores

    var testDescription: String { String(hypothesis.prefix(40)) }
  }

  /// Sentences from one place to another.
  struct Corpus: Decodable, CustomTestStringConvertible {
    var name: String
    var range: [Int]
    var scores: Scores

    var testDescription: String { name }
  }

  /// The code points that are white space.
  var spaces: [UInt32]
  /// Code points with what they are lowercased.
  var capitals: [[String]]
  var corpora: [Corpus]
  var sentences: [Sentence]

  static let bleus = [BLEU(), BLEU(isLowercased: true)]

  static let chrFs = [
    ChrF(), ChrF(isLowercased: true), ChrF(wordOrder: 2), ChrF(wordOrder: 2, isLowercased: true),
    ChrF(characterOrder: 4, wordOrder: 1, beta: 3),
  ]

  static let shared = Result {
    let file = try #require(
      Bundle.module.url(forResource: "Fixtures/translation_scores", withExtension: "json"))
    return try JSONDecoder().decode(TranslationFixture.self, from: Data(contentsOf: file))
  }

  func sentences(of corpus: Corpus) -> ArraySlice<Sentence> {
    sentences[corpus.range[0]..<corpus.range[1]]
  }
}

/// Whether two numbers agree to a billionth.
func agree(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-9 * max(1, abs(b)) }

extension BLEUScore {
  /// Whether all is as sacreBLEU has it, whose signature lacks the mark of who computed the score.
  func agrees(with expected: BLEUScore) -> Bool {
    agree(score, expected.score) && agree(brevityPenalty, expected.brevityPenalty)
      && precisions.count == 4 && zip(precisions, expected.precisions).allSatisfy(agree)
      && hypothesisLength == expected.hypothesisLength
      && referenceLength == expected.referenceLength
      && matches == expected.matches && totals == expected.totals
      && signature == expected.signature + "+lembra"
  }
}

extension ChrFScore {
  /// Whether all is as sacreBLEU has it, whose signature lacks the mark of who computed the score.
  func agrees(with expected: ChrFScore) -> Bool {
    agree(score, expected.score) && name == expected.name
      && signature == expected.signature + "+lembra"
  }
}
