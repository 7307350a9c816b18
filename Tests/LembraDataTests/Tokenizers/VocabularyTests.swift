import Foundation
import LembraData
import LembraTensor
import Testing

@Suite("A vocabulary")
struct VocabularyTests {
  private let words = "the cat sat on the mat and the cat slept".split(separator: " ").map(
    String.init)

  @Test("is sorted by count, then by token, behind the reserved tokens")
  func order() throws {
    let vocabulary = try Vocabulary(
      counting: words, reserved: ["<pad>", "<unk>"], unknown: "<unk>")
    #expect(
      vocabulary.tokens
        == ["<pad>", "<unk>", "the", "cat", "and", "mat", "on", "sat", "slept"])
    #expect(
      try Vocabulary(counting: words.reversed(), reserved: ["<pad>", "<unk>"], unknown: "<unk>")
        == vocabulary)
    #expect(vocabulary.unknown == 1)
    #expect(vocabulary.count == 9)
  }

  @Test("leaves out rare tokens and those beyond its size")
  func limits() throws {
    #expect(try Vocabulary(counting: words, minimumCount: 2).tokens == ["the", "cat"])
    #expect(
      try Vocabulary(counting: words, maximumSize: 3, unknown: "?").tokens == ["?", "the", "cat"])
    let error = try lembraError {
      _ = try Vocabulary(counting: words, maximumSize: 1, reserved: ["a", "b"])
    }
    #expect(error.location.name == "maximumSize")
    #expect(try Vocabulary(counting: []).count == 0)
  }

  @Test("finds tokens, and falls back to the unknown one")
  func lookUp() throws {
    let vocabulary = try Vocabulary(["<unk>", "a", "b"], unknown: "<unk>")
    #expect(vocabulary.id(of: "b") == 2)
    #expect(vocabulary.id(of: "c") == nil)
    #expect(vocabulary.idOrUnknown(of: "c") == 0)
    #expect(vocabulary[1] == "a")
    #expect(try Vocabulary(["a"]).idOrUnknown(of: "c") == nil)
    for id in 0..<vocabulary.count { #expect(vocabulary.id(of: vocabulary[id]) == id) }
  }

  @Test("tells tokens apart that only look alike")
  func scalars() throws {
    let vocabulary = try Vocabulary(["é", "e\u{301}", "K", "\u{212A}"])
    #expect(vocabulary.count == 4)
    #expect(vocabulary.id(of: "e\u{301}") == 1)
    #expect(try Vocabulary(["é"]) != Vocabulary(["e\u{301}"]))
    #expect(try Vocabulary(counting: ["é", "e\u{301}", "é"]).count == 2)
  }

  @Test("of many tokens finds each of them")
  func many() throws {
    let tokens = (0..<20_000).map { String($0, radix: 7) }
    let vocabulary = try Vocabulary(tokens)
    #expect(tokens.indices.allSatisfy { vocabulary.id(of: tokens[$0]) == $0 })
    #expect(vocabulary.id(of: "8") == nil)
  }

  @Test("is saved as the list of its tokens")
  func saved() throws {
    let vocabulary = try Vocabulary(["<unk>", "a\u{0}", "\"\n", "e\u{301}", ""], unknown: "<unk>")
    let data = try JSONEncoder().encode(vocabulary)
    #expect(try JSONDecoder().decode(Vocabulary.self, from: data) == vocabulary)
    let list = try JSONDecoder().decode(
      Vocabulary.self, from: Data(#"{"tokens":["x","y"]}"#.utf8))
    #expect(list.tokens == ["x", "y"])
    #expect(list.unknown == nil)
  }

  @Test(
    "that is damaged is refused",
    arguments: [#"{"tokens":["x","x"]}"#, #"{"tokens":["x"],"unknown":"y"}"#])
  func damaged(text: String) throws {
    let error = try lembraError {
      _ = try JSONDecoder().decode(Vocabulary.self, from: Data(text.utf8))
    }
    #expect(error.code == .invalidFile)
  }

  @Test("traps for an id that it does not have")
  func trap() async {
    await #expect(processExitsWith: .failure) { _ = try Vocabulary(["a"])[1] }
    await #expect(processExitsWith: .failure) { _ = try Vocabulary(["a"])[-1] }
  }
}
