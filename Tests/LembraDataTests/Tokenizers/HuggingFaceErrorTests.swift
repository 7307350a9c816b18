import Foundation
import LembraData
import LembraTensor
import Testing

@Suite("A tokenizer.json that cannot be read")
struct HuggingFaceErrorTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// What stands in the place of members of the sound document.
    var replacements: [String: String]
    var message: String
    var name: String?

    init(
      _ description: String, _ replacements: [String: String], _ message: String,
      at name: String? = nil
    ) {
      testDescription = description
      self.replacements = replacements
      self.message = message
      self.name = name
    }
  }

  private static let sound = [
    "version": #""1.0""#, "truncation": "null", "padding": "null", "added_tokens": "[]",
    "normalizer": "null", "pre_tokenizer": "null", "post_processor": "null", "decoder": "null",
    "model": #"{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":[["a","b"]]}"#,
  ]

  private static func document(_ replacements: [String: String]) -> [UInt8] {
    let members = sound.merging(replacements) { $1 }.sorted { $0.key < $1.key }
    return Array(
      "{\(members.map { #""\#($0.key)": \#($0.value)"# }.joined(separator: ",\n"))}".utf8)
  }

  private static func model(_ text: String) -> [String: String] { ["model": text] }

  static let cases = [
    Case("has another version", ["version": #""2.0""#], "version 2.0"),
    Case("has an unknown part", ["chat_template": #""x""#], "'chat_template' is not supported"),
    Case("cuts texts", ["truncation": #"{"max_length":5}"#], "truncation", at: "truncation"),
    Case("fills texts", ["padding": "{}"], "padding", at: "padding"),
    Case("has no model", ["model": "null"], "model is missing"),
    Case("has an unknown model", model(#"{"type":"Neural","vocab":{}}"#), "'Neural'", at: "model"),
    Case(
      "has a model with an unknown option",
      model(#"{"type":"BPE","vocab":{},"merges":[],"magic":1}"#), "'magic'", at: "model"),
    Case(
      "is random", model(#"{"type":"BPE","dropout":0.1,"vocab":{},"merges":[]}"#), "random",
      at: "model.dropout"),
    Case(
      "merges a token that is not there",
      model(#"{"type":"BPE","vocab":{"a":0,"b":1},"merges":["a b","a c"]}"#),
      "makes a token that is not in the vocabulary", at: "model.merges.0"),
    Case(
      "merges into a token that is not there",
      model(#"{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":["a b",["a","c"]]}"#), "'c'",
      at: "model.merges.1"),
    Case(
      "has a merge of three", model(#"{"type":"BPE","vocab":{"a":0},"merges":["a b c"]}"#),
      "two tokens", at: "model.merges.0"),
    Case(
      "has a merge of nothing", model(#"{"type":"BPE","vocab":{"a":0},"merges":["a "]}"#),
      "two tokens", at: "model.merges.0"),
    Case(
      "has the same id twice", model(#"{"type":"BPE","vocab":{"a":0,"b":0},"merges":[]}"#),
      "the same id, 0", at: "model.vocab"),
    Case(
      "has the same token twice", model(#"{"type":"BPE","vocab":{"a":0,"a":1},"merges":[]}"#),
      "'a' has two ids", at: "model.vocab"),
    Case(
      "has holes in its ids", model(#"{"type":"BPE","vocab":{"a":0,"b":2},"merges":[]}"#),
      "ids are missing", at: "model.vocab"),
    Case(
      "has an id below zero", model(#"{"type":"BPE","vocab":{"a":-1},"merges":[]}"#),
      "a number from 0 on", at: "model.vocab.a"),
    Case(
      "has an id that is no whole number", model(#"{"type":"BPE","vocab":{"a":0.5},"merges":[]}"#),
      "a number from 0 on", at: "model.vocab.a"),
    Case(
      "has no unknown token", model(#"{"type":"BPE","unk_token":"?","vocab":{"a":0},"merges":[]}"#),
      "'?' is not in the vocabulary", at: "model"),
    Case(
      "has a unigram model without an unknown token",
      model(#"{"type":"Unigram","unk_id":null,"vocab":[["a",-1]]}"#), "unknown text", at: "model"),
    Case(
      "has a unigram model with an unknown id too large",
      model(#"{"type":"Unigram","unk_id":1,"vocab":[["a",-1]]}"#), "unk_id is 1", at: "model"),
    Case(
      "has a unigram token twice",
      model(#"{"type":"Unigram","unk_id":0,"vocab":[["a",-1],["a",-2]]}"#), "two ids",
      at: "model.vocab.1"),
    Case(
      "has a score that is none", model(#"{"type":"Unigram","unk_id":0,"vocab":[["a","b"]]}"#),
      "a number must stand", at: "model.vocab.0.1"),
    Case(
      "has word pieces without an unknown token",
      model(
        #"{"type":"WordPiece","unk_token":"?","continuing_subword_prefix":"@","#
          + #""max_input_chars_per_word":9,"vocab":{"a":0}}"#), "'?'", at: "model"),
    Case(
      "adds a token with another id",
      ["added_tokens": "[\(token(7, "<s>"))]"], "3 is its place",
      at: "added_tokens.0"),
    Case(
      "adds an empty token", ["added_tokens": "[\(token(3, ""))]"], "is empty",
      at: "added_tokens.0"),
    Case(
      "adds a token twice",
      [
        "added_tokens":
          "[\(token(3, "<s>")),\(token(3, "<s>"))]"
      ], "added twice", at: "added_tokens.1"),
    Case(
      "has an unknown normalizer", ["normalizer": #"{"type":"Rot13"}"#], "'Rot13'",
      at: "normalizer"),
    Case(
      "has an unknown normalizer in a sequence",
      ["normalizer": #"{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Rot13"}]}"#],
      "'Rot13'", at: "normalizer.normalizers.1"),
    Case(
      "replaces by a group",
      ["normalizer": #"{"type":"Replace","pattern":{"Regex":"(a)"},"content":"$1$1"}"#], "group",
      at: "normalizer"),
    Case(
      "replaces nothing",
      ["normalizer": #"{"type":"Replace","pattern":{"String":""},"content":"x"}"#], "empty",
      at: "normalizer"),
    Case(
      "has a character map that is no Base64",
      ["normalizer": #"{"type":"Precompiled","precompiled_charsmap":"%%%%"}"#], "Base64",
      at: "normalizer"),
    Case(
      "has a character map that is cut off",
      ["normalizer": #"{"type":"Precompiled","precompiled_charsmap":"AAEAAAAAAAA="}"#], "cut off",
      at: "normalizer"),
    Case(
      "has an unknown pre-tokenizer", ["pre_tokenizer": #"{"type":"UnicodeScripts"}"#],
      "'UnicodeScripts'", at: "pre_tokenizer"),
    Case(
      "has a pre-tokenizer with an unknown option",
      ["pre_tokenizer": #"{"type":"Whitespace","strict":true}"#], "'strict'", at: "pre_tokenizer"),
    Case(
      "splits in an unknown way",
      ["pre_tokenizer": #"{"type":"Punctuation","behavior":"Scattered"}"#], "'Scattered'",
      at: "pre_tokenizer"),
    Case(
      "contradicts itself",
      [
        "pre_tokenizer":
          #"{"type":"Metaspace","replacement":"_","prepend_scheme":"first","add_prefix_space":false}"#
      ], "contradict", at: "pre_tokenizer"),
    Case(
      "has a delimiter of two characters",
      ["pre_tokenizer": #"{"type":"CharDelimiterSplit","delimiter":"ab"}"#], "one character",
      at: "pre_tokenizer.delimiter"),
    Case(
      "has an unknown decoder", ["decoder": #"{"type":"CTC"}"#], "'CTC'", at: "decoder"),
    Case(
      "has a decoder without a suffix", ["decoder": #"{"type":"BPEDecoder","suffix":""}"#],
      "cannot be used"),
    Case(
      "has an unknown post-processor", ["post_processor": #"{"type":"Mirror"}"#], "'Mirror'",
      at: "post_processor"),
    Case(
      "has a template without a text",
      ["post_processor": #"{"type":"TemplateProcessing","single":[],"special_tokens":{}}"#],
      "no place for the text", at: "post_processor"),
    Case(
      "has a template with an unknown token",
      [
        "post_processor":
          #"{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},"#
          + #"{"Sequence":{"id":"A","type_id":0}}],"special_tokens":{}}"#
      ], "<s> is missing", at: "post_processor.special_tokens"),
    Case(
      "adds a token that is not there",
      ["post_processor": #"{"type":"BertProcessing","sep":["</s>",9],"cls":["<s>",0]}"#],
      "no token 9"),
    Case(
      "has a text where a flag must stand",
      ["normalizer": #"{"type":"Strip","strip_left":"yes","strip_right":true}"#],
      "this is a text, where true or false must stand", at: "normalizer.strip_left"),
    Case(
      "has a member twice", ["normalizer": #"{"type":"NFC","type":"NFD"}"#], "type is there twice",
      at: "normalizer"),
  ]

  private static func token(_ id: Int, _ content: String) -> String {
    #"{"id":\#(id),"content":"\#(content)","single_word":false,"lstrip":false,"rstrip":false,"#
      + #""normalized":false,"special":true}"#
  }

  @Test("says what is wrong, where, and what to do", arguments: cases)
  func refused(example: Case) throws {
    let bytes = Self.document(example.replacements)
    let error = try lembraError { _ = try Tokenizer(huggingFace: bytes, file: "tokenizer.json") }
    #expect(error.code == .invalidFile)
    #expect(error.location.file == "tokenizer.json")
    #expect(error.location.name == example.name, "\(error)")
    #expect(error.message.contains(example.message), "\(error)")
    #expect(!error.remedy.isEmpty)
  }

  @Test func soundDocumentIsRead() throws {
    let tokenizer = try Tokenizer(huggingFace: Self.document([:]))
    #expect(tokenizer.encode("abba") == [2, 1, 0])
    #expect(tokenizer.decode([2, 1, 0]) == "ab b a")
  }

  @Test(
    "names a regular expression that is not understood",
    arguments: [
      "(", ")", "a)", "[a", "*", "a{2,1}", #"\"#, #"\p{Klingon}"#, #"\pL"#, "(?<name>a)",
      "(?<=ab)c",
      #"\1"#, "[[:alpha:]]", "[a&&b]", "[z-a]", "a*", "a|", "(a*)*b", "^", #"\x{110000}"#, #"\xZZ"#,
      "(?m)a", #"\X"#, "a{3}+", "(?:ab){1000}{1000}", "(?i)[\\p{Lu}]",
    ])
  func pattern(pattern: String) throws {
    let text = String(decoding: try JSONEncoder().encode(pattern), as: UTF8.self)
    let bytes = Self.document([
      "pre_tokenizer":
        #"{"type":"Split","pattern":{"Regex":\#(text)},"behavior":"Isolated","invert":false}"#
    ])
    let error = try lembraError { _ = try Tokenizer(huggingFace: bytes) }
    #expect(error.location.name == "pre_tokenizer")
    #expect(error.message.contains("regular expression"), "\(error)")
  }

  @Test("names a file that is not there")
  func missing() throws {
    let error = try lembraError { _ = try Tokenizer(huggingFaceFile: "/no/tokenizer.json") }
    #expect(error.code == .notFound)
  }
}

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
