import Foundation
import LembraData
import LembraLayers
import LembraModels
import LembraTensor
import LembraTestSupport
import LembraTraining
import Testing

@Suite("Translators of every cell and variant")
struct TranslatorVariantTests: TranslatorTesting {
  @Test("their loss is finite and falls, with scheduled sampling too", arguments: varied)
  func learns(architecture: TranslatorArchitecture) throws {
    let losses = try trained(architecture, epochs: 6, sampling: 0.5).history.map(\.trainingLoss)
    #expect(losses.count == 6 && losses.allSatisfy(\.isFinite))
    #expect(try #require(losses.last) < 0.9 * losses[0], "\(losses)")
  }

  @Test("a search finds translations as probable as teacher forcing does", arguments: all)
  func scores(architecture: TranslatorArchitecture) throws {
    let model = try trained(architecture).model
    for (beam, source) in [(1, "12"), (4, "345"), (4, "7")] {
      let found = try model.translate(
        [source], options: SearchOptions(beamSize: beam, best: beam))[0]
      for translation in found where !translation.isCut {
        let taught = model.scores(
          of: ParallelTexts(sources: [source], targets: [translation.text]))
        let expected = -taught.nats * Double(taught.tokens)
        #expect(abs(translation.logProbability - expected) < 1e-3, "\(translation.text)")
      }
    }
  }

  @Test(
    "the same seed gives the same bits on one thread and on two, chance having its part",
    arguments: varied.filter { $0.variant?.drawsNoise ?? false })
  func repeats(architecture: TranslatorArchitecture) throws {
    // Enough units that cells are shared out among threads.
    var architecture = architecture
    architecture.hiddenSize = 64
    let one = try withThreadLimit(1) { try trained(architecture).model.bits }
    let two = try withThreadLimit(2) { try trained(architecture).model.bits }
    #expect(one == two)
    // That part is nothing but what training draws: a translation is the same again.
    var plain = architecture
    plain.variant?.recurrentDropout = 0
    plain.variant?.zoneout = Zoneout()
    #expect(try trained(plain).model.bits != one)
  }

  @Test(
    "what cells cannot have together is refused by name",
    arguments: [
      (small(.gru, .additive, .init(hasPeepholes: true)), "model", "a GRU has no peepholes"),
      (small(.gru, .additive, .init(zoneout: Zoneout(cell: 0.1))), "model", "cell vector"),
      (small(.mgu, .none, .init(projectionSize: 4)), "model", "an MGU has no"),
      (small(.slstm, .additive, .init(isNormalized: true)), "model", "no variants but heads"),
      (small(.mingru, .additive, .init(recurrentDropout: 0.1)), "model", "has no variants"),
      (small(.rnn, .additive, .init(heads: 2)), "model", "has no variants"),
      (small(.lstm, .additive, .init(heads: 5)), "heads", "do not divide 16 units"),
      (small(.lstm, .additive, .init(projectionSize: 6, heads: 4)), "heads", "6 outputs"),
      (small(.lstm, .additive, .init(projectionSize: 0)), "projection", "out of range"),
      (small(.lstm, .additive, .init(projectionSize: .max)), "projection", "out of range"),
      (small(.lstm, .additive, .init(recurrentDropout: 1)), "recurrent dropout", "a rate of 1"),
      (small(.gru, .additive, .init(zoneout: Zoneout(hidden: -1))), "zoneout", "a rate of -1"),
      // Both directions of a projected encoder are wider than the decoder.
      (small(.lstm, .dot, .init(projectionSize: 8)), "attention", "decoder, 8, and not 16"),
    ])
  func refusal(architecture: TranslatorArchitecture, name: String, part: String) throws {
    let tokenizers = try tokenizers()
    let error = try #require(throws: LembraError.self) {
      try Translator(architecture, tokenizers: tokenizers, seed: 0)
    }
    #expect(error.code == .invalidOption && error.location.name == name, "\(error)")
    #expect(error.message.contains(part), "\(error)")
  }

  @Test("descriptions from before there were variants are read")
  func earlierFiles() throws {
    let text = """
      {"cell":"lstm","context":"general","embeddingSize":8,"hiddenSize":9,"encoderLayers":2,\
      "decoderLayers":1,"isBidirectional":true,"reversesSource":false,"feedsInput":true,\
      "seesCoverage":false,"tiesEmbeddings":true,"dropout":0.25}
      """
    let read = try JSONDecoder().decode(TranslatorArchitecture.self, from: Data(text.utf8))
    #expect(
      read
        == TranslatorArchitecture(
          cell: .lstm, context: .general, embeddingSize: 8, hiddenSize: 9, encoderLayers: 2,
          dropout: 0.25))
    // And a plain translator is described as it was.
    let written = try JSONEncoder().encode(read)
    #expect(!String(decoding: written, as: UTF8.self).contains("variant"))
  }
}
