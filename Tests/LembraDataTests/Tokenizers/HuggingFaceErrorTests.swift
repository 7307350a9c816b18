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
