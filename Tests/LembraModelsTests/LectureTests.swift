#if CSV
  import Foundation
  import LembraData
  import LembraLayers
  import LembraModels
  import LembraTraining
  import Testing

  private let furnace =
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    .joined(separator: "/") + "/../shared/data/forecasting/gas-furnace.csv"

  #if DEBUG
    private let isOptimized = false
  #else
    private let isOptimized = true
  #endif

  @Suite(
    "The lecture's example", .enabled(if: FileManager.default.fileExists(atPath: furnace)))
  struct LectureTests {
    private func configuration(_ kind: ForecastArchitecture.Kind) -> ForecasterConfiguration {
      ForecasterConfiguration(
        targets: ["GR", "CO2"], window: 10,
        architecture: ForecastArchitecture(kind, hiddenSize: 64))
    }

    private let series: Series
    private let parts = ForecastParts(test: .rows(100))

    init() throws {
      series = try Table(csvFile: furnace).series(targets: ["GR", "CO2"])
    }

    @Test("It has 186 windows to learn from and 90 to judge by")
    func windows() throws {
      let data = try ForecastData(series, configuration: configuration(.rnn), parts: parts)
      #expect(try EvaluationSet(data, data.split.training).windows.count == 186)
      #expect(try EvaluationSet(data, data.split.test).windows.count == 90)
    }

    @Test(
      "The error is no worse than PyTorch's mean and two of its deviations",
      .enabled(if: isOptimized),
      arguments: [(ForecastArchitecture.Kind.rnn, 0.121 + 0.036), (.gru, 0.208 + 0.034)])
    func error(kind: ForecastArchitecture.Kind, limit: Double) throws {
      let comparison = try ForecastComparison(
        of: [.init(configuration(kind), ForecastTrainingOptions())], on: series, parts: parts,
        seeds: [0, 1])
      let mse = try #require(comparison.results[0].spread { $0.test.overall.mse })
      #expect(mse.mean <= limit)
    }
  }
#endif
