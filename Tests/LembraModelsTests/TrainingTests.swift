import LembraData
import LembraLayers
import LembraModels
import LembraTensor
import LembraTestSupport
import LembraTraining
import Testing

@Suite("Training a forecaster")
struct ForecasterTrainingTests {
  @Test("A run interrupted after any epoch and resumed comes to the same bits", arguments: 1...3)
  func resumption(epoch: Int) throws {
    let folder = try TemporaryFolder()
    let data = try data(small(.lstm, layers: 2, dropout: 0.3))
    let straight = try Forecaster.train(on: data, options: options(epochs: 4))
    let checkpoint = Checkpointing(path: folder("run"))
    var ended = 0
    let observer = TrainingObserver(epochEnded: { _ in ended += 1 })
    let first = try Forecaster.train(
      on: data, options: options(epochs: 4), checkpoint: checkpoint, observer: observer
    ) { ended == epoch }
    #expect(first.outcome == .interrupted && first.history.count == epoch)
    let resumed = try Forecaster.train(
      on: data, options: options(epochs: 4), checkpoint: checkpoint, resumes: true)
    #expect(resumed.forecaster.bits == straight.forecaster.bits)
    #expect(resumed.scores == straight.scores)
  }

  @Test("A checkpoint is refused when the data, the parts or a setting has changed")
  func refusal() throws {
    let folder = try TemporaryFolder()
    let checkpoint = Checkpointing(path: folder("run"))
    _ = try Forecaster.train(on: data(), options: options(), checkpoint: checkpoint)
    func message(_ data: ForecastData, _ options: ForecastTrainingOptions) throws -> String {
      try #require(throws: LembraError.self) {
        _ = try Forecaster.train(
          on: data, options: options, checkpoint: checkpoint, resumes: true)
      }.message
    }
    let flipped = waves { values in
      for index in [100, 101] { values[index] = -values[index] }
    }
    #expect(try message(data(small(), flipped), options()).contains("data was"))
    let carried = ForecastParts(
      validation: parts.validation, test: parts.test, context: .carried)
    #expect(try message(data(parts: carried), options()).contains("data was"))
    #expect(
      try message(data(small(scaling: .minMax)), options())
        .contains("scaling was standard and is min-max"))
    #expect(
      try message(data(small(.gru, layers: 2)), options()).contains("layers was 1 and is 2"))
    var other = options()
    other.loss = .mae
    #expect(try message(data(), other).contains("loss was mse and is mae"))
  }

  @Test("The fingerprint changes with the sign of any two values")
  func fingerprint() throws {
    let plain = try data(small(scaling: .none)).fingerprint
    #expect(try data(small(scaling: .none)).fingerprint == plain)
    for first in stride(from: 0, to: 118, by: 7) {
      for second in [first + 1, 119] {
        let changed = waves { values in
          values[first] = -values[first]
          values[second] = -values[second]
        }
        #expect(try data(small(scaling: .none), changed).fingerprint != plain)
      }
    }
  }

  @Test("The same seed gives the same bits on 1 and 2 threads, and other seeds others")
  func determinism() throws {
    let data = try data(small(.bilstm, layers: 2, dropout: 0.2))
    func bits(_ seed: UInt64, threads: Int) throws -> [[UInt32]] {
      try withThreadLimit(threads) {
        try Forecaster.train(on: data, options: options(seed: seed)).forecaster.bits
      }
    }
    let expected = try bits(1, threads: 1)
    #expect(try bits(1, threads: 2) == expected)
    #expect(try bits(2, threads: 1) != expected)
  }

  @Test("Options that cannot be used are refused by name")
  func invalidOptions() throws {
    let edits: [(String, (inout ForecastTrainingOptions) -> Void)] = [
      ("epochs", { $0.epochs = 0 }), ("batch", { $0.batchSize = -1 }),
      ("patience", { $0.patience = 0 }), ("learning rate", { $0.learningRate = .nan }),
      ("weight decay", { $0.weightDecay = -.infinity }), ("momentum", { $0.momentum = 0.5 }),
      ("nesterov", { $0.usesNesterov = true }), ("clip norm", { $0.clipping.norm = -1 }),
      ("clip value", { $0.clipping.value = .infinity }),
      ("schedule", { $0.schedule = .step(every: 0, factor: 0.5) }),
      ("schedule", { $0.schedule = .warmup(length: -1, then: .constant) }),
      ("schedule", { $0.schedule = .warmup(length: 1, then: .cosine(end: .nan)) }),
      ("schedule", { $0.schedule = .plateau(patience: -1, factor: 0.5, minimum: 0) }),
    ]
    let data = try data()
    for (name, edit) in edits {
      var options = ForecastTrainingOptions()
      edit(&options)
      let error = try #require(throws: LembraError.self, "\(name)") {
        _ = try Forecaster.train(on: data, options: options)
      }
      #expect(error.code == .invalidOption && error.location.name == name)
    }
  }

  @Test("Nesterov's momentum makes a difference")
  func nesterov() throws {
    var heavy = options()
    (heavy.optimizer, heavy.momentum, heavy.learningRate) = (.sgd, 0.9, 0.05)
    var nesterov = heavy
    nesterov.usesNesterov = true
    let data = try data()
    #expect(
      try Forecaster.train(on: data, options: heavy).forecaster.bits
        != Forecaster.train(on: data, options: nesterov).forecaster.bits)
  }

  @Test(
    "Every kind learns to go on with a wave", arguments: ForecastArchitecture.Kind.allCases)
  func learning(kind: ForecastArchitecture.Kind) throws {
    let configuration = ForecasterConfiguration(
      targets: ["a", "b"], window: 4,
      architecture: ForecastArchitecture(kind, hiddenSize: 8))
    let data = try data(configuration, parts: ForecastParts(test: .rows(12)))
    let result = try Forecaster.train(on: data, options: options(epochs: 40))
    let set = try EvaluationSet(data, data.split.test)
    let score = try #require(set.evaluation(of: result.forecaster).overall.mse)
    let naive = try #require(set.evaluation(of: .lastValue).overall.mse)
    #expect(score < naive / 2)
  }
}
