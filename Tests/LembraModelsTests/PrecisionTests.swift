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

  @Test("are trained at bfloat16, and run at float32 then")
  func training() throws {
    func trained(_ precision: Precision?) throws -> Forecaster {
      var choice = options()
      choice.precision = precision
      return try Forecaster.train(on: data(small(.gru, layers: 2)), options: choice).forecaster
    }
    let (exact, rounded) = (try trained(nil), try trained(.bfloat16))
    #expect(rounded.bits != exact.bits)
    #expect(
      try rounded.forecast(after: waves(), steps: 2)
        == rounded.running(at: .float32).forecast(after: waves(), steps: 2))
    let (loss, other) = (
      try #require(exact.record?.trainingLoss), try #require(rounded.record?.trainingLoss)
    )
    #expect(abs(other - loss) < 0.1 * loss)
    #expect(rounded.record?.options.precision == .bfloat16)
  }

  @Test("are not trained at int8, nor where a network does not run so")
  func untrainable() throws {
    var choice = options()
    choice.precision = .int8
    let recurrent = try data(small(.gru))
    let error = #expect(throws: LembraError.self) {
      try Forecaster.train(on: recurrent, options: choice)
    }
    #expect(error?.message == "nothing can be trained at int8")
    choice.precision = .bfloat16
    let perceptron = try data(small(.mlp))
    let other = #expect(throws: LembraError.self) {
      try Forecaster.train(on: perceptron, options: choice)
    }
    #expect(other?.message == "the mlp of this model does not run at bfloat16")
  }

  @Test("of a language do not go on learning at int8", arguments: reduced)
  func language(precision: Precision) throws {
    let text = String(repeating: "the cat sat on the mat. ", count: 40)
    let model = try LanguageModel(
      LanguageArchitecture(embeddingSize: 4, hiddenSize: 12),
      tokenizer: .characters(of: [text]), seed: 1)
    let corpus = try model.corpus(of: TextFile(text))
    let exact = try model.scores(of: corpus)
    let rounded = try model.running(at: precision).scores(of: corpus)
    #expect(rounded.nats != exact.nats && abs(rounded.nats - exact.nats) < 0.01)
    func adapted() throws -> Double {
      try model.running(at: precision).scores(of: corpus, adapting: .init()).nats
    }
    if precision.hasGradients {
      #expect(try adapted() < rounded.nats)
    } else {
      let error = #expect(throws: LembraError.self) { try adapted() }
      #expect(error?.location.name == "precision")
    }
  }
}
