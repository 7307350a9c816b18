import Foundation
import LembraTraining
import Testing

@Suite("chrF")
struct ChrFTests {
  private let sentences: [TranslationFixture.Sentence]

  init() throws {
    sentences = try TranslationFixture.shared.get().sentences
  }

  // Characters: 3 of 4 are right, and 3 of 3 were found. Pairs: ab of ab, bc, cd; ab of ab, bd.
  @Test("worked out by hand")
  func byHand() {
    let chrF = ChrF(characterOrder: 2, beta: 2)
    let counts = chrF.statistics(hypothesis: "a b cd", references: ["abd "]).counts
    #expect(counts.map(\.hypothesis) == [4, 3] && counts.map(\.reference) == [3, 2])
    #expect(counts.map(\.matches) == [3, 1])
    let (precision, recall) = ((3.0 / 4 + 1.0 / 3) / 2, (1 + 1.0 / 2) / 2)
    let score = chrF.score(hypotheses: ["a b cd"], references: ["abd "])
    #expect(agree(score.score, 500 * precision * recall / (4 * precision + recall)))
    #expect(score.name == "chrF2")
  }

  @Test("words lose one mark, at the end or else at the beginning")
  func words() {
    let chrF = ChrF(characterOrder: 1, wordOrder: 1)
    func matches(_ hypothesis: String, _ reference: String) -> Int {
      chrF.statistics(hypothesis: hypothesis, references: [reference]).counts[1].matches
    }
    #expect(matches("(hi) .", "(hi ) .") == 2)
    #expect(matches("(hi) .", ") . (hi.") == 3)
    // Of two points one is taken off as well.
    #expect(matches("«hi» ...", "«hi» .. .") == 2)
    #expect(matches("-x -- y", "x - - - y") == 5)
  }

  @Test("translations that are their own references score 100")
  func perfect() {
    let texts = sentences.map(\.hypothesis)
    for chrF in TranslationFixture.chrFs {
      #expect(agree(chrF.score(hypotheses: texts, references: texts).score, 100))
    }
    for text in texts {
      let isEmpty = text.unicodeScalars.allSatisfy(PythonText.isSpace)
      let score = ChrF().score(hypotheses: [text], references: [text]).score
      #expect(agree(score, isEmpty ? 0 : 100))
    }
  }

  @Test("statistics of sentences add up to those of the corpus, in any order and in any parts")
  func sums() {
    for chrF in TranslationFixture.chrFs {
      let parts = sentences.map {
        chrF.statistics(hypothesis: $0.hypothesis, references: $0.references)
      }
      let sum = parts.reduce(into: ChrFStatistics()) { $0 += $1 }
      #expect(sum.sentences == sentences.count && sum.references == nil)
      #expect(
        chrF.score(of: sum)
          == chrF.score(
            hypotheses: sentences.map(\.hypothesis), references: sentences.map(\.references)))
      #expect(parts.reversed().reduce(into: ChrFStatistics()) { $0 += $1 } == sum)
      let halves = [parts[..<50], parts[50...]].map {
        $0.reduce(into: ChrFStatistics()) { $0 += $1 }
      }
      #expect(halves[0] + halves[1] == sum)
      #expect(ChrFStatistics() + sum == sum && sum + ChrFStatistics() == sum)
    }
  }

  @Test("no sentences score 0")
  func nothing() {
    let score = ChrF(wordOrder: 2).score(of: ChrFStatistics())
    #expect(score.score == 0 && score.name == "chrF2++")
    #expect(ChrF(wordOrder: 2).score(hypotheses: [], references: [String]()) == score)
  }

  @Test("a document has these keys and no others")
  func keys() throws {
    let score = ChrF().score(hypotheses: ["abc"], references: ["abd"])
    let data = try JSONEncoder().encode(score)
    let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(document.keys.sorted() == ["name", "score", "signature"])
    #expect(try JSONDecoder().decode(ChrFScore.self, from: data) == score)
    #expect(
      score.signature == "nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:2.6.0+lembra")
  }

  @Test("there is a list of references for every hypothesis, and orders are the same")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      _ = ChrF().score(hypotheses: ["a"], references: ["a", "b"])
    }
    await #expect(processExitsWith: .failure) {
      _ = ChrF().statistics(hypothesis: "a", references: [])
    }
    await #expect(processExitsWith: .failure) { _ = ChrF(characterOrder: 0) }
    await #expect(processExitsWith: .failure) {
      _ = ChrF().score(of: ChrF(wordOrder: 2).statistics(hypothesis: "a", references: ["a"]))
    }
    await #expect(processExitsWith: .failure) {
      _ =
        ChrF().statistics(hypothesis: "a", references: ["a"])
        + ChrF(wordOrder: 2).statistics(hypothesis: "a", references: ["a"])
    }
  }
}
