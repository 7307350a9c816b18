import Foundation
import LembraData
import LembraTensor
import Testing

/// The files that `make_tokenizers.py` writes.
enum TokenizerFixtures {
  struct Cases: Decodable {
    struct Case: Decodable {
      var tokenizer: String
      var ids: [[Int]]
      var decoded: [String]
      var prefixed: [Int]
      var shuffled: String
      var special: String
    }

    var texts: [String]
    var added_texts: [String]
    var cases: [Case]
  }

  static func data(_ name: String) throws -> Data {
    let folder = Bundle.module.resourceURL?.appending(path: "Fixtures/tokenizers")
    return try Data(contentsOf: #require(folder?.appending(path: name)))
  }

  static func path(_ name: String) throws -> String {
    let folder = Bundle.module.resourceURL?.appending(path: "Fixtures/tokenizers")
    return try #require(folder?.appending(path: name).path)
  }

  static func value<T: Decodable>(_ name: String) throws -> T {
    try JSONDecoder().decode(T.self, from: data(name))
  }

  /// The text that some of the tokenizers were trained on.
  static let corpus = Result<[String], any Error> { try value("corpus.json") }

  static let cases = Result<Cases, any Error> { try value("cases.json") }
}

/// Whether two texts have the same scalars; equal strings may differ in them.
func sameScalars(_ left: String, _ right: String) -> Bool {
  left.unicodeScalars.elementsEqual(right.unicodeScalars)
}

@Suite("A tokenizer.json")
struct HuggingFaceTests {
  static let names = [
    "byte_level", "roberta", "translation", "llama", "llama_metaspace", "wordpiece",
    "bert_processing", "unigram", "unigram_bytes", "clip", "bpe_decoder", "prefixed_bpe", "llama3",
    "word_level", "added",
  ]

  private func fixture(
    _ name: String
  ) throws -> (Tokenizer, TokenizerFixtures.Cases.Case, texts: [String]) {
    let all = try TokenizerFixtures.cases.get()
    let tokenizer = try Tokenizer(huggingFaceFile: TokenizerFixtures.path("\(name).json"))
    let example = try #require(all.cases.first { $0.tokenizer == name })
    return (tokenizer, example, all.texts + (name == "added" ? all.added_texts : []))
  }

  @Test("gives the ids of the library that wrote it", arguments: names)
  func ids(name: String) throws {
    let (tokenizer, example, texts) = try fixture(name)
    #expect(texts.count == example.ids.count)
    for (text, ids) in zip(texts, example.ids) {
      let actual = tokenizer.encode(text)
      #expect(
        actual == ids,
        """
        \(text.debugDescription): \(actual.map(tokenizer.token)), not \(ids.map(tokenizer.token))
        """)
    }
    #expect(tokenizer.encode("a", addingSpecialTokens: true) == example.prefixed)
    #expect(tokenizer.encode(each: texts) == example.ids)
  }

  @Test("gives the text of the library that wrote it", arguments: names)
  func decoded(name: String) throws {
    let (tokenizer, example, _) = try fixture(name)
    for (ids, text) in zip(example.ids, example.decoded) {
      let actual = tokenizer.decode(ids)
      #expect(
        sameScalars(actual, text), "\(actual.debugDescription), not \(text.debugDescription)")
    }
    let shuffled = tokenizer.decode(stride(from: 0, to: tokenizer.count, by: 3))
    #expect(sameScalars(shuffled, example.shuffled))
    let special = tokenizer.decode(
      stride(from: 0, to: tokenizer.count, by: 7), skippingSpecialTokens: false)
    #expect(sameScalars(special, example.special))
  }

  @Test("decodes to the same text token by token", arguments: names)
  func streamed(name: String) throws {
    let (tokenizer, example, _) = try fixture(name)
    let orders = example.ids + [Array(stride(from: 0, to: tokenizer.count, by: 3))]
    var decoder = tokenizer.decoder()
    for ids in orders {
      let text = ids.map { decoder.append($0) }.joined() + decoder.finish()
      #expect(sameScalars(text, tokenizer.decode(ids)))
    }
  }

  @Test("is the same after it was saved with a model", arguments: names)
  func saved(name: String) throws {
    let (tokenizer, example, texts) = try fixture(name)
    let data = try JSONEncoder().encode(tokenizer)
    let copy = try JSONDecoder().decode(Tokenizer.self, from: data)
    #expect(copy == tokenizer)
    #expect(copy.hashValue == tokenizer.hashValue)
    #expect(copy.encode(each: texts) == example.ids)
    #expect(copy.summary == tokenizer.summary)
  }
}

@Suite("A decoder of a tokenizer.json")
struct HuggingFaceDecoderTests {
  struct Probes: Decodable {
    struct Probe: Decodable {
      var name: String
      var decoder: String
      /// Nothing where the library fails.
      var expected: [String?]
    }

    var document: String
    var orders: [[Int]]
    var probes: [Probe]
  }

  static let all = Result<Probes, any Error> { try TokenizerFixtures.value("decoders.json") }

  @Test("does what the library does, at once and token by token")
  func decoders() throws {
    let all = try Self.all.get()
    #expect(all.probes.count > 15)
    for probe in all.probes {
      let document = all.document.replacingOccurrences(of: #""DECODER""#, with: probe.decoder)
      let tokenizer = try Tokenizer(huggingFace: Array(document.utf8))
      for (ids, expected) in zip(all.orders, probe.expected) {
        guard let expected else { continue }
        let actual = tokenizer.decode(ids)
        #expect(
          sameScalars(actual, expected),
          "\(probe.name) of \(ids): \(actual.debugDescription), not \(expected.debugDescription)")
        var decoder = tokenizer.decoder()
        let streamed = ids.map { decoder.append($0) }.joined() + decoder.finish()
        #expect(sameScalars(streamed, expected), "\(probe.name) of \(ids), token by token")
      }
    }
  }
}

@Suite("A step of a tokenizer.json")
struct HuggingFaceStepTests {
  /// One step alone, and what it makes of the texts.
  struct Probe: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var document: Data
    var texts: [String]
    var expected: [String]
  }

  static let probes: [Probe] = {
    guard let data = try? TokenizerFixtures.data("probes.json"),
      let root = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
      let model = root["model"], let texts = root["texts"] as? [String],
      let probes = root["probes"] as? [[String: Any]]
    else { return [] }
    return probes.compactMap { probe in
      let document: [String: Any?] = [
        "version": "1.0", "truncation": nil, "padding": nil, "added_tokens": [Any](),
        "post_processor": nil, "decoder": nil, "model": model, "normalizer": probe["normalizer"],
        "pre_tokenizer": probe["pre_tokenizer"],
      ]
      guard let name = probe["name"] as? String, let expected = probe["expected"] as? [String],
        let data = try? JSONSerialization.data(
          withJSONObject: document.mapValues { $0 ?? NSNull() })
      else { return nil }
      return Probe(testDescription: name, document: data, texts: texts, expected: expected)
    }
  }()

  @Test func probesAreThere() {
    #expect(Self.probes.count > 40)
  }

  @Test("does what the library does", arguments: probes)
  func step(probe: Probe) throws {
    let tokenizer = try Tokenizer(huggingFace: Array(probe.document))
    for (text, expected) in zip(probe.texts, probe.expected) {
      let bytes = tokenizer.encode(text).map { UInt8($0 - 1) }
      let actual = String(decoding: bytes, as: UTF8.self)
      #expect(
        sameScalars(actual, expected),
        """
        \(text.debugDescription): \(actual.debugDescription), not \(expected.debugDescription)
        """)
    }
  }
}
