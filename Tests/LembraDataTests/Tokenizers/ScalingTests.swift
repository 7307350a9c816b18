import LembraData
import Testing

@Suite("The time of encoding")
struct ScalingTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var text: @Sendable (_ count: Int) -> String
    var tokenizer: @Sendable () throws -> Tokenizer
  }

  private static func read(_ name: String) throws -> Tokenizer {
    try Tokenizer(huggingFaceFile: TokenizerFixtures.path("\(name).json"))
  }

  private static let letters: @Sendable (Int) -> String = { count in
    var generator = SplitMix64(seed: 1)
    return String((0..<count).map { _ in "aehilnorst".randomElement(using: &generator) ?? "a" })
  }

  static let cases = [
    Case(
      testDescription: "a word in byte pairs", text: letters, tokenizer: { try read("byte_level") }),
    Case(
      testDescription: "one letter in byte pairs", text: { String(repeating: "o", count: $0) },
      tokenizer: { try read("byte_level") }),
    Case(
      testDescription: "spaces in byte pairs", text: { String(repeating: " ", count: $0) },
      tokenizer: { try read("llama3") }),
    Case(
      testDescription: "a text that is not split",
      text: { String(repeating: "the river ", count: $0 / 10) },
      tokenizer: { try read("llama_metaspace") }),
    Case(
      testDescription: "a word in a unigram model", text: letters,
      tokenizer: { try read("unigram") }),
    Case(
      testDescription: "unknown text in a unigram model",
      text: { String(repeating: "\u{13000}", count: $0) }, tokenizer: { try read("unigram") }),
    Case(
      testDescription: "a word in word pieces", text: letters, tokenizer: { try read("wordpiece") }),
    Case(
      testDescription: "marks that are put in order",
      text: { "a" + String(repeating: "\u{301}\u{323}", count: $0 / 2) },
      tokenizer: { try read("wordpiece") }),
    Case(
      testDescription: "added tokens", text: { String(repeating: " <mask>", count: $0 / 7) },
      tokenizer: { try read("added") }),
  ]

  /// Sixteen times the text would take 256 times the time if it grew by the square.
  @Test("grows with the text, not with its square", arguments: cases)
  func linear(example: Case) throws {
    let tokenizer = try example.tokenizer()
    let times = [4000, 64_000].map { count in
      let text = example.text(count)
      return (0..<5).map { _ in ContinuousClock().measure { _ = tokenizer.encode(text) } }.min()
        ?? .zero
    }
    #expect(times[1] < times[0] * 90, "\(times)")
  }
}
