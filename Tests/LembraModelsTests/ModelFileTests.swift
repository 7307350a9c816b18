import Foundation
import LembraFormats
import LembraLayers
import LembraModels
import LembraTensor
import LembraTestSupport
import LembraTraining
import Testing

@Suite("Files of forecasters")
struct ForecasterFileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func trained(_ kind: ForecastArchitecture.Kind = .lstm) throws -> Forecaster {
    try Forecaster.train(on: data(small(kind)), options: options(epochs: 1)).forecaster
  }

  @Test(
    "Save and load keeps every bit of the forecasts",
    arguments: [
      ForecastArchitecture.Kind.mlp, .rnn, .bigru, .mgu, .bislstm, .mingru, .biminlstm, .indrnn,
    ])
  func roundTrip(kind: ForecastArchitecture.Kind) throws {
    let forecaster = try trained(kind)
    try forecaster.save(to: folder("model"))
    let loaded = try Forecaster(readingFrom: folder("model"))
    #expect(loaded.bits == forecaster.bits)
    #expect(loaded.configuration == forecaster.configuration)
    #expect(loaded.scaler == forecaster.scaler)
    #expect(loaded.record == forecaster.record && loaded.record != nil)
    #expect(
      try loaded.forecast(after: waves(), steps: 5)
        == forecaster.forecast(after: waves(), steps: 5))
  }

  @Test("A description of before there were heads is read")
  func olderDescription() throws {
    var configuration = small(.gru)
    configuration.architecture.variant = .init(isNormalized: true)
    let forecaster = try Forecaster.train(on: data(configuration), options: options(epochs: 1))
      .forecaster
    try forecaster.save(to: folder("model"))
    let description = try #require(SafetensorsFile(readingFrom: folder("model")).metadata["lembra"])
    #expect(description.contains("\"isNormalized\":true") && !description.contains("blocks"))
    #expect(try Forecaster(readingFrom: folder("model")).configuration == configuration)
  }

  @Test(
    "Every recurrent network can have heads or says that it has none, and all learn their state")
  func heads() throws {
    for kind in ForecastArchitecture.Kind.allCases where kind != .mlp {
      var configuration = small(kind)
      configuration.architecture.learnsInitialState = true
      let plain = try Forecaster.train(on: data(configuration), options: options(epochs: 1))
      #expect(plain.history.last?.trainingLoss.isFinite == true, "\(kind)")
      configuration.architecture.variant = .init(heads: 3)
      if [.lstm, .gru, .mgu, .slstm].contains(kind.cell) {
        let forecaster = try Forecaster.train(on: data(configuration), options: options(epochs: 1))
          .forecaster
        try forecaster.save(to: folder("model"))
        #expect(try Forecaster(readingFrom: folder("model")).bits == forecaster.bits, "\(kind)")
        configuration.architecture.variant = .init(heads: 2)
        let error = try #require(throws: LembraError.self) { try configuration.validate() }
        #expect(error.location.name == "heads")
      } else {
        let error = try #require(throws: LembraError.self) { try configuration.validate() }
        #expect(error.message.hasSuffix("has no variants"), "\(error)")
      }
    }
  }

  private func refusal(_ name: String) throws -> LembraError {
    let error = try #require(throws: LembraError.self) {
      _ = try Forecaster(readingFrom: folder(name))
    }
    #expect(error.code == .invalidFile && error.location.file == folder(name), "\(error)")
    return error
  }

  @Test("A file cut off anywhere is refused")
  func truncation() throws {
    try trained().save(to: folder("model"))
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder("model")))
    for count in stride(from: 0, to: bytes.count, by: 37) {
      try bytes.prefix(count).write(to: URL(fileURLWithPath: folder("cut")))
      _ = try refusal("cut")
    }
  }

  @Test(
    "A description that is changed is refused",
    arguments: [
      ("\"hiddenSize\":3", "\"hiddenSize\":-3"), ("\"hiddenSize\":3", "\"hiddenSize\":4"),
      ("\"hiddenSize\":3", "\"hiddenSize\":9223372036854775807"),
      ("\"layerCount\":1", "\"layerCount\":0"), ("\"layerCount\":1", "\"layerCount\":2"),
      ("\"window\":4", "\"window\":-4"), ("\"window\":4", "\"window\":0"),
      ("\"horizon\":2", "\"horizon\":9223372036854775807"),
      ("\"horizon\":2", "\"horizon\":3"), ("\"kind\":\"lstm\"", "\"kind\":\"gru\""),
      ("\"kind\":\"lstm\"", "\"kind\":\"cnn\""), ("\"dropout\":0", "\"dropout\":1"),
      ("\"targets\":[\"a\",\"b\"]", "\"targets\":[]"),
      ("\"targets\":[\"a\",\"b\"]", "\"targets\":[\"a\",\"a\"]"),
      ("\"targets\":[\"a\",\"b\"]", "\"targets\":[\"a\",\"c\"]"),
      (
        "\"initialization\":{}",
        "\"initialization\":{\"input\":{\"uniform\":{\"bound\":-1}}}"
      ),
      (
        "\"initialization\":{}",
        "\"initialization\":{\"hidden\":{\"normal\":{\"standardDeviation\":-1}}}"
      ),
      ("\"initialization\":{}", "\"initialization\":{\"bias\":{\"orthogonal\":{}}}"),
    ])
  func description(text: String, replacement: String) throws {
    try trained().save(to: folder("model"))
    var file = try SafetensorsFile(readingFrom: folder("model"))
    let description = try #require(file.metadata["lembra"])
    let damaged = description.replacing(text, with: replacement)
    #expect(damaged != description, "\(description)")
    file.metadata["lembra"] = damaged
    try file.write(to: folder("damaged"))
    _ = try refusal("damaged")
  }

  @Test("A weight that is not finite is named", arguments: [Float.nan, .infinity])
  func notFinite(value: Float) throws {
    try trained().save(to: folder("model"))
    var file = try SafetensorsFile(readingFrom: folder("model"))
    file.tensors["head.bias"] = Tensor(repeating: value, shape: [4])
    try file.write(to: folder("damaged"))
    #expect(try refusal("damaged").location.name == "head.bias")
  }

  @Test("Foreign files and checkpoints are no models")
  func foreign() throws {
    try Data("GR,CO2\n1,2\n".utf8).write(to: URL(fileURLWithPath: folder("data.csv")))
    _ = try refusal("data.csv")
    try SafetensorsFile(tensors: ["weight": Tensor([1], shape: [1])], metadata: [:])
      .write(to: folder("weights"))
    _ = try refusal("weights")
    _ = try Forecaster.train(
      on: data(), options: options(epochs: 1), checkpoint: Checkpointing(path: folder("run")))
    #expect(try refusal("run").message.contains("checkpoint"))
    let error = try #require(throws: LembraError.self) {
      _ = try Forecaster(readingFrom: folder("none"))
    }
    #expect(error.code == .notFound)
  }

  @Test("First weights that cannot be drawn are refused before a network is made")
  func initializers() throws {
    let unsound: [RecurrentInitialization] = [
      .init(input: .uniform(bound: -1)), .init(hidden: .normal(standardDeviation: .nan)),
      .init(bias: .constant(.infinity)), .init(bias: .glorotNormal),
      .init(forgetGateBias: .nan),
    ]
    for initialization in unsound {
      var configuration = small(.lstm)
      configuration.architecture.initialization = initialization
      let error = try #require(throws: LembraError.self) { try configuration.validate() }
      #expect(error.location.name == "initialization")
    }
    var sound = small(.lstm)
    sound.architecture.initialization = .orthogonal
    try sound.validate()
  }
}
