import Foundation
import LembraTraining
import Testing

@Suite("Scores of language models")
struct LanguageScoresTests {
  @Test("nats, bits and perplexity are those of a token")
  func values() {
    // 12 tokens, each one of four that are as likely.
    let scores = LanguageScores(
      negativeLogLikelihood: 12 * Foundation.log(4), tokens: 12, characters: 48)
    #expect(abs(scores.nats - Foundation.log(4)) < 1e-15)
    #expect(abs(scores.bits - 2) < 1e-15)
    #expect(abs(scores.perplexity - 4) < 1e-14)
    #expect(abs((scores.bitsPerCharacter ?? 0) - 0.5) < 1e-15)
    #expect(abs(scores.bits(per: 96) - 0.25) < 1e-15)
    let certain = LanguageScores(negativeLogLikelihood: 0, tokens: 3, characters: 0)
    #expect(certain.perplexity == 1 && certain.bits == 0 && certain.bitsPerCharacter == nil)
  }

  @Test("a document has these keys and no others")
  func keys() throws {
    let scores = LanguageScores(negativeLogLikelihood: 7.5, tokens: 5, characters: 21)
    let data = try JSONEncoder().encode(scores)
    let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(document.keys.sorted() == ["bits", "characters", "nats", "perplexity", "tokens"])
    #expect(document["tokens"] as? Int == 5 && document["characters"] as? Int == 21)
    #expect(try JSONDecoder().decode(LanguageScores.self, from: data) == scores)
  }

  @Test("a text without tokens")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      _ = LanguageScores(negativeLogLikelihood: 0, tokens: 0, characters: 0)
    }
  }
}
