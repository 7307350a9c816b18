import Foundation
import LembraData
import LembraTensor
import Testing

@Suite("A tokenizer of characters or words")
struct TokenizerTests {
  @Test("splits text into scalars")
  func characters() throws {
    let tokenizer = try Tokenizer.characters(
      of: ["hello", "e\u{301}é\r\n"], specialTokens: ["<s>"])
    #expect(tokenizer.kind == .characters)
    // The unknown token, the special one, then l and e, which appear twice.
    #expect(tokenizer.vocabulary.tokens.prefix(4) == ["<unk>", "<s>", "e", "l"])
    let ids = tokenizer.encode("hé\r\nxe\u{301}")
    #expect(ids.count == 7)
    #expect(ids[4] == tokenizer.unknown)
    #expect(sameScalars(tokenizer.decode(ids), "hé\r\ne\u{301}"))
    #expect(tokenizer.decode(ids, skippingSpecialTokens: false).contains("<unk>"))
    #expect(tokenizer.summary == "characters, 10 tokens, 2 of them special, <unk> for unknown text")
  }

  @Test("leaves out what it does not know when it has no unknown token")
  func withoutUnknown() throws {
    let tokenizer = try Tokenizer.characters(of: ["abc"], unknown: nil)
    #expect(tokenizer.count == 3)
    #expect(tokenizer.unknown == nil)
    #expect(tokenizer.encode("a?b") == [0, 1])
  }

  @Test("splits text at white space and punctuation")
  func words() throws {
    let tokenizer = try Tokenizer.words(
      of: ["The cat, the Cat -- and THE cat's mat."], lowercases: true)
    #expect(
      tokenizer.vocabulary.tokens
        == ["<unk>", "cat", "the", "-", "'", ",", ".", "and", "mat", "s"])
    #expect(tokenizer.encode("THE dog, cat").map(tokenizer.token) == ["the", "<unk>", ",", "cat"])
    #expect(tokenizer.decode(tokenizer.encode("the cat.")) == "the cat .")
  }

  @Test("splits text that is already in tokens at white space alone")
  func whitespaceOnly() throws {
    let tokenizer = try Tokenizer.words(
      of: ["it 's a half-baked film . . ."], splitsPunctuation: false, minimumCount: 1)
    #expect(tokenizer.encode("'s half-baked .").map(tokenizer.token) == ["'s", "half-baked", "."])
    #expect(tokenizer.id(ofToken: "half-baked") != nil)
  }

  @Test("keeps frequent words only")
  func limits() throws {
    let texts = ["a a a b b c"]
    #expect(try Tokenizer.words(of: texts, minimumCount: 2).count == 3)
    #expect(try Tokenizer.words(of: texts, maximumSize: 2).count == 2)
    let error = try lembraError {
      _ = try Tokenizer.words(of: texts, specialTokens: ["b"])
    }
    #expect(error.location.name == "specialTokens")
  }

  @Test("never makes special tokens of text unless asked to")
  func specialTokens() throws {
    let texts = ["<pad > x"]
    let tokenizer = try Tokenizer.words(
      of: texts, splitsPunctuation: false, specialTokens: ["<pad>"])
    #expect(tokenizer.encode("<pad> <unk> x") == [0, 0, 4])
    #expect(tokenizer.recognizingSpecialTokens().encode("<pad> <unk>x") == [1, 0, 4])
  }

  @Test("takes any text", arguments: EdgeCases.texts)
  func edgeCases(text: String) throws {
    let characters = try Tokenizer.characters(of: [text])
    #expect(sameScalars(characters.decode(characters.encode(text)), text))
    let words = try Tokenizer.words(of: [text])
    #expect(!words.encode(text).contains(0))
  }

  @Test("gives each of many texts the ids that it has alone")
  func batch() throws {
    let texts = EdgeCases.texts + EdgeCases.texts.reversed()
    let tokenizer = try Tokenizer.training(bytePairs: 300, on: texts)
    #expect(tokenizer.encode(each: texts) == texts.map { tokenizer.encode($0) })
  }

  @Test("traps for ids that it does not have")
  func trap() async {
    await #expect(processExitsWith: .failure) {
      _ = try Tokenizer.characters(of: ["a"]).decode([5])
    }
    await #expect(processExitsWith: .failure) {
      _ = try Tokenizer.characters(of: ["a"]).token(-1)
    }
  }
}

@Suite("A token decoder")
struct TokenDecoderTests {
  @Test("holds back the bytes of a character until it is whole")
  func incompleteCharacters() throws {
    let tokenizer = try Tokenizer.training(bytePairs: 256, on: [])
    let ids = tokenizer.encode("aé🙂")
    #expect(ids.count == 7)
    var decoder = tokenizer.decoder()
    #expect(ids.map { decoder.append($0) } == ["a", "", "é", "", "", "", "🙂"])
    #expect(decoder.finish() == "")
    for id in ids.prefix(5) { _ = decoder.append(id) }
    #expect(decoder.finish() == "\u{FFFD}")
    // It begins anew after that.
    #expect(decoder.append(ids[0]) == "a")
  }

  @Test("gives what decoding at once gives, whatever the bytes", arguments: 0..<20)
  func anyBytes(seed: UInt64) throws {
    let tokenizer = try Tokenizer.training(bytePairs: 256, on: [])
    var generator = SplitMix64(seed: seed)
    let alphabet =
      Array(tokenizer.encode("aé🙂\u{7FF}\u{800}\u{FFFF}\u{10FFFF}")) + [0, 128, 188, 255]
    for _ in 0..<100 {
      let ids = (0..<12).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
      var decoder = tokenizer.decoder()
      let text = ids.map { decoder.append($0) }.joined() + decoder.finish()
      #expect(sameScalars(text, tokenizer.decode(ids)))
    }
  }
}
