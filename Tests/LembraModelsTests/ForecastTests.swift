import Foundation
import LembraData
import LembraLayers
import LembraModels
import LembraTensor
import LembraTestSupport
import Testing

@Suite("Forecasts")
struct ForecastTests {
  /// Forecasts beyond the end by asking a model of the same weights again and again for a few steps.
  private func byHand(_ forecaster: Forecaster, _ series: Series, steps: Int) throws -> [[Double]] {
    var values = series.values
    var forecasts: [[Double]] = []
    while forecasts.count < steps {
      let seen = Series(names: series.names, targetCount: series.targetCount, values: values)
      let next = try forecaster.forecast(after: seen, steps: stepsAtOnce(forecaster))
      forecasts += next
      values += next.flatMap(\.self)
    }
    return Array(forecasts.prefix(steps))
  }

  private func stepsAtOnce(_ forecaster: Forecaster) -> Int {
    let configuration = forecaster.configuration
    return configuration.strategy == .direct ? configuration.horizon : 1
  }

  @Test(
    "Going on from own forecasts is the loop written by hand",
    arguments: [ForecastArchitecture.Kind.mlp, .gru],
    [(4, 2), (2, 5), (3, 3), (1, 1)])
  func recursion(kind: ForecastArchitecture.Kind, sizes: (window: Int, horizon: Int)) throws {
    for strategy in ForecasterConfiguration.Strategy.allCases {
      let configuration = small(
        kind, window: sizes.window, horizon: sizes.horizon, strategy: strategy)
      let forecaster = try Forecaster.train(on: data(configuration), options: options(epochs: 1))
        .forecaster
      let forecasts = try forecaster.forecast(after: waves(), steps: 11)
      let expected = try byHand(forecaster, waves(), steps: 11)
      #expect(forecasts.count == 11)
      for (a, b) in zip(forecasts.joined(), expected.joined()) { #expect(abs(a - b) < 1e-4) }
    }
  }

  @Test(
    "The windows of an evaluation are forecast as each end of a series is",
    arguments: [ForecastArchitecture.Kind.mlp, .bilstm],
    ForecasterConfiguration.Strategy.allCases)
  func windows(
    kind: ForecastArchitecture.Kind, strategy: ForecasterConfiguration.Strategy
  ) throws {
    let data = try data(small(kind, window: 3, horizon: 4, strategy: strategy))
    let forecaster = try Forecaster.train(on: data, options: options(epochs: 1)).forecaster
    let set = try EvaluationSet(data, data.split.test)
    let forecasts = set.evaluation(of: forecaster).forecasts
    #expect(set.windows.count == 6)
    for (position, window) in set.windows.enumerated() {
      let seen = Series(
        names: ["a", "b"], targetCount: 2,
        values: Array(waves().values[..<(2 * window.targetRows.lowerBound)]))
      let expected = try forecaster.forecast(after: seen, steps: 4).flatMap(\.self)
      #expect(Array(forecasts[position * 8..<(position + 1) * 8]) == expected)
    }
  }

  @Test(
    "A forecast does not depend on the batch it is in",
    arguments: [ForecastArchitecture.Kind.mlp, .lstm])
  func batches(kind: ForecastArchitecture.Kind) throws {
    let data = try data(small(kind, strategy: .recursive))
    let forecaster = try Forecaster.train(on: data, options: options(epochs: 1)).forecaster
    let windows = try EvaluationSet(data, data.split.training).windows
    let expected = forecaster.scaledForecasts(of: windows, batchSize: 1)
    for size in [2, 7, 1000] {
      #expect(forecaster.scaledForecasts(of: windows, batchSize: size) == expected)
    }
  }

  @Test("A model with features forecasts its horizon and no further")
  func features() throws {
    let configuration = ForecasterConfiguration(
      targets: ["a"], features: ["b", "a"], window: 4, horizon: 3,
      architecture: ForecastArchitecture(.rnn, hiddenSize: 3))
    #expect(configuration.features == ["b"])
    let series = waves(targets: 1)
    let forecaster = try Forecaster.train(
      on: data(configuration, series), options: options(epochs: 1)
    ).forecaster
    #expect(try forecaster.forecast(after: series, steps: 3).map(\.count) == [1, 1, 1])
    let error = try #require(throws: LembraError.self) {
      try forecaster.forecast(after: series, steps: 4)
    }
    #expect(error.location.name == "steps" && error.remedy.contains("horizon of 4"))
    var recursive = configuration
    recursive.strategy = .recursive
    #expect(throws: LembraError.self) { try recursive.validate() }
  }

  @Test("Series that do not fit are refused everywhere")
  func otherSeries() throws {
    let plain = try data()
    let forecaster = try Forecaster.train(on: plain, options: options(epochs: 1)).forecaster
    let renamed = Series(names: ["a", "c"], targetCount: 2, values: waves().values)
    for series in [renamed, waves(targets: 1)] {
      #expect(throws: LembraError.self) { try forecaster.forecast(after: series, steps: 1) }
      #expect(throws: LembraError.self) { try data(small(), series) }
      #expect(throws: LembraError.self) {
        try ForecastData(series, for: forecaster, parts: parts)
      }
    }
    #expect(throws: LembraError.self) { try forecaster.forecast(after: waves(rows: 3), steps: 1) }
    for steps in [0, -1, 1_000_001, .max] {
      #expect(throws: LembraError.self) { try forecaster.forecast(after: waves(), steps: steps) }
    }
    for season in [0, -7] {
      #expect(throws: LembraError.self) {
        try EvaluationSet(plain, plain.split.test, season: season)
      }
    }
  }

  #if CSV
    @Test("The example of the documentation does what it says")
    func example() throws {
      let folder = try TemporaryFolder()
      let path = folder("sunspots.csv")
      var text = "year,sunspots\n"
      for row in 0..<60 { text += "\(1900 + row),\(row % 11)\n" }
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      let table = try Table(csvFile: path)
      let series = try table.series(targets: ["sunspots"])
      let configuration = ForecasterConfiguration(
        targets: ["sunspots"], window: 4,
        architecture: ForecastArchitecture(.gru, hiddenSize: 3))
      let data = try ForecastData(
        series, configuration: configuration, parts: ForecastParts(test: .percent(20)))
      let result = try Forecaster.train(on: data)
      let next = try result.forecaster.forecast(after: series, steps: 24)
      #expect(next.count == 24 && next.allSatisfy { $0.count == 1 })
      #expect(result.options == ForecastTrainingOptions() && result.history.count == 200)
    }
  #endif
}
