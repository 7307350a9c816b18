import LembraData
import LembraTensor
import Testing

@Suite("Training byte pairs")
struct BytePairTrainingTests {
  private let corpus = TokenizerFixtures.corpus

  @Test("finds the merges of the library's trainer, on bytes")
  func bytes() throws {
    let tokenizer = try Tokenizer.training(
      bytePairs: 640, minimumCount: 0, specialTokens: ["<|endoftext|>"], on: corpus.get())
    let reference = try Tokenizer(huggingFaceFile: TokenizerFixtures.path("byte_level.json"))
    // The tokens stand in the order of the merges that made them.
    #expect(tokenizer.vocabulary == reference.vocabulary)
    #expect(tokenizer.count == 640)
    for text in try TokenizerFixtures.cases.get().texts where !text.contains("<|endoftext|>") {
      #expect(tokenizer.encode(text) == reference.encode(text))
    }
  }

  @Test("finds the merges of the library's trainer, on characters")
  func characters() throws {
    let special = ["<pad>", "<s>", "</s>", "<unk>"]
    let tokenizer = try Tokenizer.training(
      bytePairs: 500, alphabet: .characters, spacePrefix: .always, specialTokens: special,
      on: corpus.get())
    let reference = try Tokenizer(huggingFaceFile: TokenizerFixtures.path("translation.json"))
    #expect(tokenizer.vocabulary == reference.vocabulary)
    for text in try TokenizerFixtures.cases.get().texts
    where !special.contains(where: text.contains) {
      #expect(tokenizer.encode(text) == reference.encode(text))
    }
  }

  @Test("depends on neither the order nor the grouping of the texts")
  func order() throws {
    let lines = try corpus.get()
    let expected = try Tokenizer.training(bytePairs: 500, on: lines)
    #expect(try Tokenizer.training(bytePairs: 500, on: lines.reversed()) == expected)
    #expect(try Tokenizer.training(bytePairs: 500, on: lines.sorted()) == expected)
  }

  @Test("gives back every text from bytes", arguments: EdgeCases.texts)
  func roundTrip(text: String) throws {
    let tokenizer = try Tokenizer.training(bytePairs: 400, on: corpus.get())
    #expect(sameScalars(tokenizer.decode(tokenizer.encode(text)), text))
  }

  @Test("gives back the text from characters, but for what it does not know")
  func characterRoundTrip() throws {
    let lines = try corpus.get()
    let tokenizer = try Tokenizer.training(bytePairs: 600, alphabet: .characters, on: lines)
    for line in lines { #expect(tokenizer.decode(tokenizer.encode(line)) == line) }
    let ids = tokenizer.encode("the \u{1F680} rocket")
    #expect(tokenizer.unknown.map(ids.contains) == true)
  }

  @Test("says when the text gives fewer tokens")
  func tooLittleText() throws {
    let tokenizer = try Tokenizer.training(bytePairs: 300, on: ["aab aab"])
    // The pairs aa and aab, and both with the space in front of the second word are met once only.
    #expect(tokenizer.count == 258)
    #expect(tokenizer.summary.contains("300 were asked for"))
    #expect(
      try Tokenizer.training(bytePairs: 258, on: ["aab aab"]).summary.contains("asked") == false)
  }

  @Test("works without text")
  func noText() throws {
    let bytes = try Tokenizer.training(bytePairs: 256, on: [])
    #expect(bytes.encode("abc").count == 3)
    let characters = try Tokenizer.training(bytePairs: 10, alphabet: .characters, on: [""])
    #expect(characters.encode("") == [])
    #expect(characters.encode("a") == [0, 0])
  }

  @Test("refuses sizes and special tokens that cannot be")
  func refusals() throws {
    let small = try lembraError { _ = try Tokenizer.training(bytePairs: 255, on: ["a"]) }
    #expect(small.code == .invalidOption)
    #expect(small.remedy == "choose a size of 256 or more")
    let letter = try lembraError {
      _ = try Tokenizer.training(bytePairs: 300, specialTokens: ["a"], on: ["a"])
    }
    #expect(letter.location.name == "specialTokens")
    let twice = try lembraError {
      _ = try Tokenizer.training(bytePairs: 300, specialTokens: ["<a>", "<a>"], on: ["a"])
    }
    #expect(twice.message.contains("'<a>'"))
    let empty = try lembraError {
      _ = try Tokenizer.training(bytePairs: 300, specialTokens: [""], on: ["a"])
    }
    #expect(empty.message.contains("empty"))
  }

  @Test("reserves special tokens, which no text becomes unless asked for")
  func specialTokens() throws {
    let special = ["<pad>", "the", "</s>"]
    let tokenizer = try Tokenizer.training(
      bytePairs: 420, specialTokens: special, on: corpus.get())
    #expect(tokenizer.specialTokens == special)
    #expect(special.map(tokenizer.id(ofToken:)) == [0, 1, 2])
    for text in ["<pad>", "the the</s>", "the"] {
      #expect(tokenizer.encode(text).allSatisfy { $0 > 2 })
      #expect(tokenizer.decode(tokenizer.encode(text)) == text)
    }
    let recognizing = tokenizer.recognizingSpecialTokens()
    #expect(recognizing.encode("a<pad></s>").suffix(2) == [0, 2])
    #expect(recognizing.decode([0, 2], skippingSpecialTokens: false) == "<pad></s>")
    #expect(recognizing.decode([0, 2]) == "")
    #expect(recognizing != tokenizer)
    #expect(recognizing.recognizingSpecialTokens(false) == tokenizer)
  }
}
