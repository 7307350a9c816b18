import LembraData
import LembraLayers
import LembraModels
import LembraTensor
import LembraTestSupport
import LembraTraining
import Testing

@Suite("Models at fewer bits")
struct PrecisionTests {
  private static let reduced: [Precision] = [.bfloat16, .int8]

  @Test(
    "forecast nearly the same, and the same again at float32",
    arguments: [ForecastArchitecture.Kind.rnn, .lstm, .bigru], reduced)
  func forecaster(kind: ForecastArchitecture.Kind, precision: Precision) throws {
    let forecaster = try Forecaster.train(on: data(small(kind, layers: 2)), options: options())
      .forecaster
    func forecasts(_ model: Forecaster) throws -> [Double] {
      try model.forecast(after: waves(), steps: 2).flatMap(\.self)
    }
    let exact = try forecasts(forecaster)
    let model = try forecaster.running(at: precision)
    let rounded = try forecasts(model)
    #expect(rounded != exact)
    for (a, b) in zip(rounded, exact) { #expect(abs(a - b) < 0.05) }
    #expect(try forecasts(model.running(at: .float32)) == exact)
    #expect(model.bits == forecaster.bits)
  }

  @Test("are refused where a network does not run so")
  func refusals() throws {
    let perceptron = Forecaster(
      configuration: small(.mlp), scaler: try data(small(.mlp)).scaler, seed: 1)
    let error = #expect(throws: LembraError.self) { try perceptron.running(at: .int8) }
    #expect(error?.code == .invalidOption && error?.location.name == "precision")
    #expect(error?.message == "the mlp of this model does not run at int8")
    #expect(throws: Never.self) { try perceptron.running(at: .float32) }
    let tokenizer = try Tokenizer.characters(of: ["abc abc"])
    let variant = try LanguageModel(
      LanguageArchitecture(
        embeddingSize: 4, hiddenSize: 5, variant: .init(hasPeepholes: true)),
      tokenizer: tokenizer, seed: 1)
    #expect(throws: LembraError.self) { try variant.running(at: .bfloat16) }
  }

  @Test("of a language do not go on learning", arguments: reduced)
  func language(precision: Precision) throws {
    let text = String(repeating: "the cat sat on the mat. ", count: 40)
    let model = try LanguageModel(
      LanguageArchitecture(embeddingSize: 4, hiddenSize: 12),
      tokenizer: .characters(of: [text]), seed: 1)
    let corpus = try model.corpus(of: TextFile(text))
    let exact = try model.scores(of: corpus)
    let rounded = try model.running(at: precision).scores(of: corpus)
    #expect(rounded.nats != exact.nats && abs(rounded.nats - exact.nats) < 0.01)
    let error = #expect(throws: LembraError.self) {
      try model.running(at: precision).scores(of: corpus, adapting: .init())
    }
    #expect(error?.location.name == "precision")
  }
}
