import LembraData
import LembraModels
import LembraTensor
import Testing

@Suite("Memory is asked for before it is used")
struct MemoryRequirementTests {
  @Test("a network that can never fit is refused with what to do")
  func tooLarge() throws {
    let series = Series(
      names: ["y"], targetCount: 1, values: (0..<64).map { Double($0 % 7) })
    // 2.1 billion weights, below what a configuration allows, and 60 GB to train them.
    let configuration = ForecasterConfiguration(
      targets: ["y"], window: 4, architecture: ForecastArchitecture(.lstm, hiddenSize: 23_000))
    let data = try ForecastData(series, configuration: configuration, parts: ForecastParts())
    let options = ForecastTrainingOptions(batchSize: 1_000_000_000)
    let error = try #require(throws: LembraError.self) {
      _ = try Forecaster.train(on: data, options: options)
    }
    #expect(error.code == .invalidOption)
    #expect(error.message.contains("GB of memory"))
    #expect(error.remedy.contains("smaller hidden size"))
  }
}
