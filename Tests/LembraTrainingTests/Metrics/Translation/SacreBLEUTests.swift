import LembraTraining
import Testing

private func scalars(_ text: String) -> [Unicode.Scalar] { Array(text.unicodeScalars) }

@Suite("Scores of translations are those of sacreBLEU")
struct SacreBLEUTests {
  private let fixture: TranslationFixture

  init() throws {
    fixture = try TranslationFixture.shared.get()
  }

  @Test("for every sentence", arguments: try TranslationFixture.shared.get().sentences)
  func sentence(_ sentence: TranslationFixture.Sentence) {
    for (bleu, expected) in zip(TranslationFixture.bleus, sentence.scores.bleu) {
      let score = bleu.sentenceScore(
        hypothesis: sentence.hypothesis, references: sentence.references)
      #expect(score.agrees(with: expected), "\(score) is not \(expected)")
    }
    for (chrF, expected) in zip(TranslationFixture.chrFs, sentence.scores.chrF) {
      let score = chrF.score(hypotheses: [sentence.hypothesis], references: [sentence.references])
      #expect(score.agrees(with: expected), "\(score) is not \(expected)")
    }
  }

  @Test("for corpora", arguments: try TranslationFixture.shared.get().corpora)
  func corpus(_ corpus: TranslationFixture.Corpus) {
    let sentences = fixture.sentences(of: corpus)
    let (hypotheses, references) = (sentences.map(\.hypothesis), sentences.map(\.references))
    for (bleu, expected) in zip(TranslationFixture.bleus, corpus.scores.bleu) {
      let score = bleu.score(hypotheses: hypotheses, references: references)
      #expect(score.agrees(with: expected), "\(score) is not \(expected)")
    }
    for (chrF, expected) in zip(TranslationFixture.chrFs, corpus.scores.chrF) {
      let score = chrF.score(hypotheses: hypotheses, references: references)
      #expect(score.agrees(with: expected), "\(score) is not \(expected)")
    }
  }

  @Test("the fixture has every setting, and corpora with scores above 0 and of 0")
  func settings() {
    for scores in fixture.sentences.map(\.scores) + fixture.corpora.map(\.scores) {
      #expect(scores.bleu.count == TranslationFixture.bleus.count)
      #expect(scores.chrF.count == TranslationFixture.chrFs.count)
    }
    #expect(fixture.sentences.count >= 100)
    #expect(fixture.corpora.contains { $0.scores.bleu[0].score == 0 })
    #expect(fixture.corpora.contains { $0.scores.bleu[0].score > 50 })
  }

  @Test("the tokens are its own")
  func tokens() {
    for sentence in fixture.sentences {
      let tokens = Tokenizer13a.tokens(of: scalars(sentence.hypothesis))
      #expect(Array(tokens.joined(separator: [" "])) == scalars(sentence.tokens))
    }
  }

  @Test("white space is Python's")
  func spaces() {
    let spaces = (0...UInt32(0x10FFFF)).filter {
      Unicode.Scalar($0).map(PythonText.isSpace) ?? false
    }
    #expect(spaces == fixture.spaces)
  }

  @Test("every capital letter is lowercased as in Python")
  func capitals() {
    for pair in fixture.capitals {
      #expect(PythonText.scalars(of: pair[0], isLowercased: true) == scalars(pair[1]))
      #expect(PythonText.scalars(of: pair[0], isLowercased: false) == scalars(pair[0]))
    }
  }

  @Test(
    "a sigma that ends a word is lowercased as one",
    arguments: [
      ("ΟΔΟΣ", "οδος"), ("ΟΔΟΣ ΣΑΣ", "οδος σας"), ("Σ", "σ"), ("ΑΣ’Σ", "ασ’ς"), ("1Σ", "1σ"),
      ("Α\u{301}Σ\u{301}", "α\u{301}ς\u{301}"), ("Α'Σ.", "α'ς."), ("ΑΣ\u{AD}Α", "ασ\u{AD}α"),
    ])
  func sigma(_ text: String, _ expected: String) {
    #expect(PythonText.scalars(of: text, isLowercased: true) == scalars(expected))
  }
}
