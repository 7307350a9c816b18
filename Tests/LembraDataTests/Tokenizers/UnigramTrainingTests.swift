import Foundation
import LembraData
import LembraTensor
import Testing

@Suite("Training a unigram model")
struct UnigramTrainingTests {
  private let corpus = TokenizerFixtures.corpus

  @Test("gives exactly the size that was asked for", arguments: [250, 300, 512, 900])
  func size(size: Int) throws {
    let tokenizer = try Tokenizer.training(
      unigram: size, specialTokens: ["<pad>", "<s>"], on: corpus.get())
    #expect(tokenizer.count == size)
    #expect(!tokenizer.summary.contains("asked"))
    #expect(tokenizer.specialTokens == ["<unk>", "<pad>", "<s>"])
    #expect(Set(tokenizer.vocabulary.tokens.map { Array($0.utf8) }).count == size)
  }

  @Test("keeps all characters, so that its own text is never unknown")
  func characters() throws {
    let lines = try corpus.get()
    let tokenizer = try Tokenizer.training(unigram: 250, on: lines)
    for line in lines {
      let ids = tokenizer.encode(line)
      #expect(!ids.contains(0))
      #expect(sameScalars(tokenizer.decode(ids), line))
    }
  }

  @Test("finds the words that repeat")
  func words() throws {
    let text = String(repeating: "mountain valley mountain river valley lake ", count: 50)
    let tokenizer = try Tokenizer.training(unigram: 30, on: [text])
    #expect(tokenizer.encode("mountain valley").map(tokenizer.token) == ["▁mountain", "▁valley"])
    #expect(tokenizer.encode("mountainx").last == tokenizer.unknown)
  }

  @Test("is the same whatever the order of the texts")
  func order() throws {
    let lines = try corpus.get()
    let expected = try Tokenizer.training(unigram: 400, on: lines)
    #expect(try Tokenizer.training(unigram: 400, on: lines.reversed()) == expected)
  }

  @Test("makes its text more probable than merges of pairs do, token by token")
  func compresses() throws {
    let lines = try corpus.get()
    let unigram = try Tokenizer.training(unigram: 500, on: lines)
    let pairs = try Tokenizer.training(bytePairs: 500, alphabet: .characters, on: lines)
    let count = { (tokenizer: Tokenizer) in tokenizer.encode(each: lines).map(\.count).reduce(0, +)
    }
    // Both are good; a model that lost its way would need twice as many tokens.
    #expect(Double(count(unigram)) < 1.1 * Double(count(pairs)))
  }

  @Test("says when the text gives fewer tokens")
  func tooLittleText() throws {
    let tokenizer = try Tokenizer.training(unigram: 100, on: ["abab abab", "ab"])
    #expect(tokenizer.count < 100)
    #expect(tokenizer.summary.contains("100 were asked for"))
    let empty = try Tokenizer.training(unigram: 5, on: [])
    #expect(empty.count == 1)
    #expect(empty.encode("a") == [0])
  }

  @Test("takes any text", arguments: EdgeCases.texts)
  func edgeCases(text: String) throws {
    let tokenizer = try Tokenizer.training(unigram: 60, on: [text, "some other words"])
    let ids = tokenizer.encode(text)
    #expect(!ids.contains(0))
    // A space at the start is not told from the mark that is put there.
    if !text.hasPrefix(" ") { #expect(sameScalars(tokenizer.decode(ids), text)) }
  }

  @Test("refuses sizes and special tokens that cannot be")
  func refusals() throws {
    let small = try lembraError { _ = try Tokenizer.training(unigram: 3, on: ["abc"]) }
    // <unk>, the mark of a space, and three letters.
    #expect(small.remedy == "choose a size of 5 or more")
    for size in [0, -1, .min] {
      #expect(throws: LembraError.self) { try Tokenizer.training(unigram: size, on: ["abc"]) }
      #expect(throws: LembraError.self) { try Tokenizer.training(bytePairs: size, on: ["abc"]) }
    }
    #expect(try Tokenizer.training(unigram: .max, on: ["abc"]).count == 5)
    let letter = try lembraError {
      _ = try Tokenizer.training(unigram: 30, specialTokens: ["b"], on: ["abc"])
    }
    #expect(letter.location.name == "specialTokens")
  }

  @Test("reserves special tokens, which no text becomes")
  func specialTokens() throws {
    let text = String(repeating: "<s>word word</s> ", count: 20)
    let tokenizer = try Tokenizer.training(unigram: 20, specialTokens: ["<s>"], on: [text])
    let id = try #require(tokenizer.id(ofToken: "<s>"))
    #expect(!tokenizer.encode(text).contains(id))
    #expect(tokenizer.recognizingSpecialTokens().encode(text).contains(id))
  }
}
