import Foundation
import LembraTraining
import Testing

@Suite("BLEU")
struct BLEUTests {
  private let sentences: [TranslationFixture.Sentence]

  init() throws {
    sentences = try TranslationFixture.shared.get().sentences
  }

  // Of 7 tokens 2 may count, for the reference has two of them (Papineni et al., section 2.1).
  @Test("worked out by hand")
  func byHand() {
    let counts = BLEU().statistics(
      hypothesis: "the the the the the the the",
      references: ["The cat is on the mat, the cat", "There is a cat on the mat"])
    #expect(counts.matches == [2, 0, 0, 0] && counts.totals == [7, 6, 5, 4])
    #expect(counts.hypothesisLength == 7 && counts.referenceLength == 7)
    // The precisions: 5 of 5, 3 of 4, 1 of 3, and none of 2, which counts as half of one.
    let score = BLEU().score(hypotheses: ["a b c d f"], references: ["a b c e d f"])
    #expect(score.matches == [5, 3, 1, 0] && score.totals == [5, 4, 3, 2])
    #expect(score.brevityPenalty == Foundation.exp(1 - 6.0 / 5))
    #expect(score.lengthRatio == 5.0 / 6)
    let product = 1 * 3.0 / 4 * 1 / 3 * 1 / 4
    #expect(agree(score.score, 100 * Foundation.exp(-0.2) * Foundation.pow(product, 0.25)))
  }

  @Test("translations that are their own references score 100")
  func perfect() {
    let texts = sentences.map(\.hypothesis)
    let score = BLEU().score(hypotheses: texts, references: texts)
    #expect(agree(score.score, 100) && score.brevityPenalty == 1 && score.lengthRatio == 1)
    for text in texts {
      let score = BLEU().sentenceScore(hypothesis: text, references: [text])
      #expect(agree(score.score, score.hypothesisLength > 0 ? 100 : 0))
    }
  }

  @Test("statistics of sentences add up to those of the corpus, in any order and in any parts")
  func sums() throws {
    for bleu in TranslationFixture.bleus {
      let parts = sentences.map {
        bleu.statistics(hypothesis: $0.hypothesis, references: $0.references)
      }
      let sum = parts.reduce(into: BLEUStatistics()) { $0 += $1 }
      #expect(sum.sentences == sentences.count && sum.references == nil)
      #expect(
        bleu.score(of: sum)
          == bleu.score(
            hypotheses: sentences.map(\.hypothesis), references: sentences.map(\.references)))
      #expect(parts.reversed().reduce(into: BLEUStatistics()) { $0 += $1 } == sum)
      let isLong = parts.map { $0.hypothesisLength > 10 }
      let groups = [true, false].map { group in
        zip(parts, isLong).filter { $0.1 == group }.reduce(into: BLEUStatistics()) { $0 += $1.0 }
      }
      #expect(groups[0] + groups[1] == sum)
      #expect(groups.allSatisfy { $0.sentences > 10 })
    }
  }

  @Test("the number of references is known while all sentences have as many")
  func references() {
    let two = BLEU().statistics(hypothesis: "a", references: ["a", "b"])
    let one = BLEU().statistics(hypothesis: "a", references: ["a"])
    #expect((two + two).references == 2 && (BLEUStatistics() + two).references == 2)
    #expect((two + BLEUStatistics()).references == 2 && BLEUStatistics().references == 0)
    #expect((one + two).references == nil && (one + two + two).references == nil)
    #expect(
      BLEU(isLowercased: true).score(of: one + two).signature
        == "nrefs:var|case:lc|eff:no|tok:13a|smooth:exp|version:2.6.0+lembra")
    #expect(BLEU().sentenceScore(of: two).signature.hasPrefix("nrefs:2|case:mixed|eff:yes|tok:13a"))
  }

  @Test("no sentences and sentences without a match score 0")
  func nothing() {
    let score = BLEU().score(of: BLEUStatistics())
    #expect(score.score == 0 && score.precisions == [0, 0, 0, 0] && score.brevityPenalty == 1)
    #expect(score.lengthRatio == 0)
    #expect(BLEU().score(hypotheses: [], references: [String]()) == score)
    #expect(BLEU().score(hypotheses: [""], references: ["a b c d"]).brevityPenalty == 0)
    let other = BLEU().score(hypotheses: ["a b c d e"], references: ["v w x y z"])
    #expect(other.score == 0 && other.precisions == [0, 0, 0, 0])
  }

  @Test("texts that look alike and have other code points differ")
  func normalForms() {
    #expect(BLEU().score(hypotheses: ["\u{E9}"], references: ["e\u{301}"]).matches[0] == 0)
    #expect(BLEU().score(hypotheses: ["\u{E9}"], references: ["\u{E9}"]).matches[0] == 1)
  }

  @Test("a document has these keys and no others")
  func keys() throws {
    let score = BLEU().score(hypotheses: ["a b c d e"], references: ["a b c d f g"])
    let data = try JSONEncoder().encode(score)
    let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(
      document.keys.sorted() == [
        "brevityPenalty", "hypothesisLength", "matches", "precisions", "referenceLength", "score",
        "signature", "totals",
      ])
    #expect(try JSONDecoder().decode(BLEUScore.self, from: data) == score)
  }

  @Test("there is a list of references for every hypothesis, and it is not empty")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      _ = BLEU().score(hypotheses: ["a"], references: ["a", "b"])
    }
    await #expect(processExitsWith: .failure) {
      _ = BLEU().score(hypotheses: ["a"], references: [[String]]())
    }
    await #expect(processExitsWith: .failure) {
      _ = BLEU().statistics(hypothesis: "a", references: [])
    }
  }
}
