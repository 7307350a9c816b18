import Foundation
import LembraData
import LembraTensor
import Testing

@Suite("A damaged tokenizer.json")
struct HuggingFaceDamageTests {
  @Test("is refused wherever it is cut off")
  func truncated() throws {
    let bytes = try Array(TokenizerFixtures.data("word_level.json"))
    let end = try #require(bytes.lastIndex(of: UInt8(ascii: "}")))
    for length in 0...end {
      let error = try lembraError { _ = try Tokenizer(huggingFace: Array(bytes[..<length])) }
      #expect(error.code == .invalidFile)
      #expect(error.location.line != nil)
    }
  }

  @Test(
    "is no JSON in many ways",
    arguments: [
      "", "{", "[1,]", "{\"a\" 1}", "{\"a\":1,}", "{1:2}", "tru", "\"\\q\"", "\"\\u12\"",
      "\"\\ud800\"",
      "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"a\nb\"", "1e999", "-", "{} {}", "\"abc",
      String(repeating: "[", count: 100_000),
    ])
  func json(text: String) throws {
    let error = try lembraError { _ = try Tokenizer(huggingFace: Array(text.utf8)) }
    #expect(error.code == .invalidFile)
  }

  @Test func bytesThatAreNoTextAreRefused() throws {
    let error = try lembraError { _ = try Tokenizer(huggingFace: [0x7B, 0xFF, 0x7D]) }
    #expect(error.message.contains("UTF-8"))
  }

  /// Damage must give a tokenizer or an error, and never a trap.
  @Test(
    "never brings the program down", arguments: ["unigram_bytes", "wordpiece", "added"], 0..<4)
  func mutated(name: String, seed: UInt64) throws {
    let sound = try Array(TokenizerFixtures.data("\(name).json"))
    var generator = SplitMix64(seed: seed)
    for _ in 0..<12 {
      var bytes = sound
      for _ in 0...Int.random(in: 0...2, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        let replacement = Array("0123456789-,:{}[]\"ax ".utf8).randomElement(using: &generator) ?? 0
        bytes[place] = replacement
      }
      Self.use { try Tokenizer(huggingFace: bytes) }
    }
  }

  /// Uses the tokenizer that `make` makes, unless it throws.
  static func use(_ make: () throws -> Tokenizer) {
    guard let tokenizer = try? make() else { return }
    for text in EdgeCases.texts.prefix(14) {
      let ids = tokenizer.encode(text, addingSpecialTokens: true)
      _ = tokenizer.decode(ids)
    }
    _ = tokenizer.decode(0..<tokenizer.count)
  }
}

@Suite("A damaged tokenizer in a model file")
struct SavedTokenizerDamageTests {
  private static func saved(_ name: String) throws -> [UInt8] {
    let tokenizer = try Tokenizer(huggingFaceFile: TokenizerFixtures.path("\(name).json"))
    return try Array(JSONEncoder().encode(tokenizer))
  }

  @Test(
    "never brings the program down",
    arguments: ["unigram", "llama_metaspace", "bert_processing", "added"], 0..<4)
  func mutated(name: String, seed: UInt64) throws {
    let sound = try Self.saved(name)
    var generator = SplitMix64(seed: seed)
    for _ in 0..<12 {
      var bytes = sound
      for _ in 0...Int.random(in: 0...2, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        bytes[place] = Array("0123456789-.e,\"".utf8).randomElement(using: &generator) ?? 0
      }
      HuggingFaceDamageTests.use {
        try JSONDecoder().decode(Tokenizer.self, from: Data(bytes))
      }
    }
  }

  struct Damage: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var key: String
    var value: String
    var message: String
  }

  private static let model =
    #"{"bytePairs":{"rules":{"#
    + #""merges":MERGES,"fusesUnknown":false,"fallsBackToBytes":false,"ignoresMerges":false,"#
    + #""prefix":"","suffix":""}}}"#

  static let damages = [
    Damage(
      testDescription: "an odd number of merged ids", key: "model",
      value: model.replacingOccurrences(of: "MERGES", with: "[0]"), message: "a merge has one token"
    ),
    Damage(
      testDescription: "a merge of an id too large", key: "model",
      value: model.replacingOccurrences(of: "MERGES", with: "[0,9]"), message: "token 9"),
    Damage(
      testDescription: "a merge of an id below zero", key: "model",
      value: model.replacingOccurrences(of: "MERGES", with: "[0,-1]"), message: "token -1"),
    Damage(
      testDescription: "a merge that makes no token", key: "model",
      value: model.replacingOccurrences(of: "MERGES", with: "[1,1]"),
      message: "not in the vocabulary"),
    Damage(
      testDescription: "scores for other tokens", key: "model",
      value: #"{"unigram":{"scores":[1],"fallsBackToBytes":false}}"#, message: "a score"),
    Damage(
      testDescription: "word pieces without an unknown token", key: "model",
      value: #"{"wordPiece":{"prefix":"","longestWord":3}}"#, message: "no unknown token"),
    Damage(
      testDescription: "a word that is shorter than none", key: "model",
      value: #"{"wordPiece":{"prefix":"","longestWord":-3}}"#, message: "-3 characters"),
    Damage(
      testDescription: "more tokens in the model than there are", key: "modelCount", value: "4",
      message: "the model has 4 of 3"),
    Damage(
      testDescription: "a special token that is not there", key: "addedTokens",
      value:
        #"[{"id":3,"isSpecial":true,"isSingleWord":false,"stripsLeft":false,"stripsRight":false,"isNormalized":false}]"#,
      message: "no token 3"),
    Damage(
      testDescription: "a prefix that is not there", key: "prefix", value: "[-1]",
      message: "no token -1"),
    Damage(
      testDescription: "a delimiter that is no character", key: "splitting",
      value: #"[{"delimiter":{"scalar":55296}}]"#, message: "is none"),
    Damage(
      testDescription: "a pattern that is none", key: "splitting",
      value:
        #"[{"pattern":{"pattern":{"expression":{"pattern":"("}},"behavior":"removed","isInverted":false}}]"#,
      message: "regular expression"),
    Damage(
      testDescription: "a decoder that takes away less than nothing", key: "decoding",
      value: #"[{"strip":{"scalar":32,"start":-1,"end":0}}]"#, message: "cannot be used"),
  ]

  @Test("is refused with the reason", arguments: damages)
  func refused(damage: Damage) throws {
    var members = [
      "vocabulary": #"{"tokens":["a","b","ab"]}"#,
      "model": Self.model.replacingOccurrences(of: "MERGES", with: "[0,1]"),
    ]
    func decode() throws -> Tokenizer {
      let text = members.map { #""\#($0)":\#($1)"# }.joined(separator: ",")
      return try JSONDecoder().decode(Tokenizer.self, from: Data("{\(text)}".utf8))
    }
    #expect(try decode().encode("ab") == [2])
    members[damage.key] = damage.value
    let error = try lembraError { _ = try decode() }
    #expect(error.code == .invalidFile)
    #expect(error.message.contains(damage.message), "\(error)")
  }
}
