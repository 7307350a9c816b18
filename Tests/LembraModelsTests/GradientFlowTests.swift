import Foundation
import LembraData
import LembraFormats
import LembraLayers
import LembraModels
import LembraTensor
import LembraTestSupport
import LembraTraining
import Testing

@Suite("How far gradients reach back")
struct GradientFlowTests {
  private func forecaster(
    _ kind: ForecastArchitecture.Kind, window: Int = 12, layers: Int = 1
  ) throws -> (Forecaster, ForecastData) {
    let configuration = small(kind, window: window, horizon: 1, layers: layers)
    let data = try data(
      configuration, waves(rows: 80), parts: ForecastParts(test: .rows(20)))
    return (Forecaster(configuration: configuration, scaler: data.scaler, seed: 3), data)
  }

  @Test("is the mean over windows, whatever windows are beside each other")
  func mean() throws {
    for kind in [ForecastArchitecture.Kind.rnn, .lstm, .bigru] {
      let (model, _) = try forecaster(kind, window: 6)
      let series = waves(rows: 12)
      func flow(_ rows: Range<Int>) throws -> GradientFlow {
        let part = Series(
          names: series.names, targetCount: 2,
          values: Array(series.values[2 * rows.lowerBound..<2 * rows.upperBound]))
        return try model.gradientFlow(
          on: ForecastData(part, for: model, parts: ForecastParts(test: .none)))
      }
      let whole = try flow(0..<12)
      #expect(whole.sequenceCount == 6)
      let single = try (0..<6).map { try flow($0..<$0 + 7) }
      #expect(single.allSatisfy { $0.sequenceCount == 1 })
      for (index, curve) in whole.curves.enumerated() {
        #expect(curve.norms.count == 6 && curve.counts.allSatisfy { $0 == 6 })
        for distance in 0..<6 {
          let mean = single.reduce(0) { $0 + $1.curves[index].norms[distance] } / 6
          #expect(abs(curve.norms[distance] - mean) <= 1e-5 * mean, "\(kind) \(distance)")
        }
      }
    }
  }

  @Test("is what a change of the oldest rows changes")
  func vanishes() throws {
    // Weights of a tenth forget in a few steps; an LSTM whose forget gate is open does not.
    func flow(_ kind: ForecastArchitecture.Kind, _ change: (String, inout Tensor) -> Void) throws
      -> GradientFlow
    {
      let (model, data) = try forecaster(kind)
      return try changed(model, change).gradientFlow(on: data)
    }
    let fading = try flow(.rnn) { name, weight in
      if name.contains("weight_hh") { weight = weight * 0.1 }
    }
    let kept = try flow(.lstm) { name, weight in
      guard name.contains("bias_hh") else { return }
      weight = Tensor(weight.array.enumerated().map { $0 / 3 == 1 ? 9 : $1 }, shape: weight.shape)
    }
    let rnn = try #require(fading.curves.first { $0.state == "hidden" })
    let cell = try #require(kept.curves.first { $0.state == "cell" })
    #expect(rnn.layer == "encoder.l0.forward")
    #expect(rnn.norms[11] < 1e-6 * rnn.norms[0])
    #expect(rnn.reach(ofShare: 0.01) ?? 99 < 4)
    #expect(cell.norms[11] > 0.2 * cell.norms[1] && cell.reach(ofShare: 0.01) == nil)
  }

  /// A model with other weights, by way of a file.
  private func changed(
    _ model: Forecaster, _ change: (String, inout Tensor) -> Void
  ) throws -> Forecaster {
    let folder = try TemporaryFolder()
    try model.save(to: folder("m.safetensors"))
    var file = try ModelFile(readingFrom: folder("m.safetensors"))
    for (name, old) in file.tensors {
      var tensor = old
      change(name, &tensor)
      file.tensors[name] = tensor
    }
    try file.write(to: folder("m.safetensors"))
    return try Forecaster(readingFrom: folder("m.safetensors"))
  }

  @Test("is told of every layer and direction, and of no more sequences than asked for")
  func layers() throws {
    let (model, data) = try forecaster(.bilstm, layers: 2)
    let flow = try model.gradientFlow(on: data, atMost: 4)
    #expect(flow.sequenceCount == 4)
    // The last row of the upper backward direction is its first step, behind which there is nothing.
    #expect(
      Set(flow.curves.map(\.layer))
        == ["encoder.l0.forward", "encoder.l0.backward", "encoder.l1.forward"])
    #expect(flow.curves.filter { $0.state == "cell" }.count == 3)
    let (perceptron, other) = try forecaster(.mlp)
    let error = try #require(throws: LembraError.self) { try perceptron.gradientFlow(on: other) }
    #expect(error.message.contains("no recurrent layers"))
  }

  @Test("is told of classifiers, taggers, language models and translators")
  func texts() throws {
    let options = TextTrainingOptions(epochs: 1, batchSize: 4, seed: 1)
    let reviews = LabelledTexts(
      texts: ["good film", "bad film", "a good one", "a bad one of many"],
      labels: ["g", "b", "g", "b"].map { [$0] })
    let classifier = try TextClassifier.train(
      on: reviews, architecture: ClassifierArchitecture(.lstm, embeddingSize: 4, hiddenSize: 3),
      options: ClassifierTrainingOptions(minimumCount: 1, training: options)
    ).model
    let ofTexts = try classifier.gradientFlow(on: reviews)
    #expect(ofTexts.curves[0].counts == [4, 4, 2, 1, 1])
    #expect(ofTexts.curves[0].norms.allSatisfy { $0 > 0 })

    let sentences = TaggedSentences(
      words: ["Ana", "sees", "a", "house", "in", "Lisboa"],
      tags: ["B-N", "O", "O", "O", "B-N", "I-N"], offsets: [0, 4, 6],
      columns: .init(word: 0, features: [], tag: 1))
    let tagger = try SequenceTagger.train(
      on: sentences,
      architecture: TaggerArchitecture(
        embeddingSize: 4, hiddenSize: 3, characterSize: 3, characterHiddenSize: 2),
      options: TaggerTrainingOptions(training: options)
    ).model
    let ofWords = try tagger.gradientFlow(on: sentences)
    // In both directions from the word that is judged, and never of the layers that spell.
    #expect(ofWords.curves.map(\.layer).allSatisfy { $0.hasPrefix("encoder.l0.") })
    #expect(ofWords.curves.allSatisfy { $0.counts == [2, 2, 1, 1] })
    #expect(ofWords.curves.allSatisfy { $0.norms.allSatisfy { $0 > 0 } })

    let text = String(repeating: "the cat sat. ", count: 20)
    let language = try LanguageModel.train(
      on: TextFile(text), tokenizer: .characters(of: [text]),
      architecture: LanguageArchitecture(embeddingSize: 4, hiddenSize: 5, dropout: 0),
      options: options, steps: 8
    ).model
    let ofTokens = try language.gradientFlow(
      on: language.corpus(of: TextFile(text)), steps: 10, atMost: 12)
    #expect(ofTokens.sequenceCount == 12 && ofTokens.curves[0].counts.first == 12)
    #expect(ofTokens.curves[0].norms[0] > 0)

    let pairs = ParallelTexts(sources: ["12", "345"], targets: ["21", "543"])
    let translator = try Translator.train(
      on: pairs,
      tokenizers: TranslatorTokenizers(
        training: .character, sources: pairs.sources, targets: pairs.targets),
      architecture: TranslatorArchitecture(
        cell: .gru, context: .additive, embeddingSize: 4, hiddenSize: 3),
      options: TranslatorTrainingOptions(training: options)
    ).model
    let ofSources = try translator.gradientFlow(on: pairs)
    // Sources end with a token of their own.
    #expect(ofSources.curves.allSatisfy { $0.counts == [2, 2, 2, 1] })
    #expect(ofSources.curves.allSatisfy { $0.layer.hasPrefix("encoder") })
  }
}
