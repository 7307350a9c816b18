import Foundation
import LembraData
import LembraLayers
import LembraModels
import LembraTensor
import LembraTraining
import Testing

@Suite("Comparisons")
struct ComparisonTests {
  private func candidate(
    _ kind: ForecastArchitecture.Kind, learningRate: Double = 0.01, epochs: Int = 2
  ) -> ForecastComparison.Candidate {
    var options = options(epochs: epochs, seed: 99)
    options.learningRate = learningRate
    return .init(small(kind), options)
  }

  /// One whose first step leaves the numbers.
  private var diverging: ForecastComparison.Candidate {
    var candidate = candidate(.rnn, learningRate: 1e30)
    candidate.options.optimizer = .sgd
    candidate.configuration.architecture.nonlinearity = .relu
    return candidate
  }

  private func comparison(
    _ candidates: [ForecastComparison.Candidate], seeds: [UInt64] = [4, 5, 6],
    shouldStop: () -> Bool = { false }
  ) throws -> ForecastComparison {
    try ForecastComparison(
      of: candidates, on: waves(), parts: parts, seeds: seeds, shouldStop: shouldStop)
  }

  @Test("Every run is the training of its own seed, and the spread is over them")
  func runs() throws {
    let comparison = try comparison([candidate(.mlp), candidate(.gru)])
    #expect(comparison.results.map(\.candidate.title) == ["MLP", "GRU"])
    for result in comparison.results {
      #expect(result.runs.map(\.seed) == [4, 5, 6])
      let data = try data(result.candidate.configuration)
      let set = try EvaluationSet(data, data.split.test)
      let scores = try result.runs.map { run in
        var options = result.candidate.options
        options.seed = run.seed
        let alone = try Forecaster.train(on: data, options: options).forecaster
        #expect(alone.bits == run.training.forecaster.bits)
        return try #require(set.evaluation(of: alone).overall.mse)
      }
      let spread = try #require(result.spread { $0.test.overall.mse })
      #expect(spread.values == scores)
      #expect(result.parameterCount == result.runs[0].training.forecaster.network.parameterCount)
      #expect(result.runs[0].test.forecasts.count == set.truth.count)
      #expect(result.runs.dropFirst().allSatisfy { $0.test.forecasts.isEmpty })
    }
  }

  @Test("Mean, deviation and median are those of the textbook")
  func spread() {
    let spread = Spread([4, 1, 3, 8])
    #expect(spread.mean == 4 && spread.median == 3.5)
    #expect(abs(spread.sd - (26.0 / 3).squareRoot()) < 1e-12)
    #expect(Spread([4, 1, 3]).median == 3)
    #expect(Spread([2]).sd == 0)
  }

  @Test("A training that diverges leaves the others alone")
  func failures() throws {
    let comparison = try comparison([candidate(.mlp), diverging, candidate(.lstm)], seeds: [4, 5])
    #expect(comparison.results.map(\.runs.count) == [2, 0, 2])
    let failures = comparison.results[1].failures
    #expect(failures.map(\.seed) == [4, 5])
    #expect(failures.allSatisfy { $0.error.code == .notFinite })
    #expect(comparison.results[1].seconds == nil && comparison.results[1].epochs == nil)
    #expect(comparison.baselines.count == 3)
    let error = try #require(throws: LembraError.self) { _ = try self.comparison([diverging]) }
    #expect(error.code == .notFinite)
  }

  @Test("What is stopped keeps the finished runs, and judges nothing when there are none")
  func interruption() throws {
    let nothing = try comparison([candidate(.mlp)]) { true }
    #expect(nothing.isInterrupted && nothing.results.isEmpty && nothing.baselines.isEmpty)
    var asked = 0
    let steps = 2 * 4
    let some = try comparison([candidate(.mlp), candidate(.gru)]) {
      asked += 1
      return asked > steps + 1
    }
    #expect(some.isInterrupted && some.results.count == 1 && some.results[0].runs.count == 1)
    #expect(some.baselines.count == 3)
  }

  @Test("The document has the keys that programs rely on")
  func document() throws {
    let comparison = try comparison([candidate(.mlp), diverging], seeds: [4, 5])
    let text = try JSONEncoder().encode(comparison.document)
    let object = try #require(JSONSerialization.jsonObject(with: text) as? [String: Any])
    let results = try #require(object["results"] as? [[String: Any]])
    #expect(results.compactMap { $0["model"] as? String } == ["mlp", "rnn"])
    let first = results[0]
    #expect(first["parameters"] as? Int == 3 * 9 + 4 * 4)
    #expect(first["seconds"] is Double && first["seeds"] as? [Int] == [4, 5])
    let test = try #require(first["test"] as? [String: Any])
    for score in ["mse", "rmse", "mae", "mase", "smape", "r2"] {
      let spread = try #require(test[score] as? [String: Any])
      #expect(spread["mean"] is Double && spread["sd"] is Double)
      #expect((spread["values"] as? [Double])?.count == 2)
    }
    #expect((test["targets"] as? [String: Any])?.keys.sorted() == ["a", "b"])
    #expect((first["options"] as? [String: Any])?["seed"] == nil)
    #expect((first["validation"] as? [String: Any])?["mse"] != nil)
    let failures = try #require(results[1]["failures"] as? [[String: Any]])
    #expect(failures.compactMap { $0["seed"] as? Int } == [4, 5])
    #expect(results[1]["test"] == nil && object["seeds"] as? [Int] == [4, 5])
    let baselines = try #require(object["baselines"] as? [[String: Any]])
    #expect(
      baselines.compactMap { $0["model"] as? String }
        == ["last-value", "seasonal-naive", "linear-autoregression"])
    for baseline in baselines {
      let mse = (baseline["test"] as? [String: Any])?["mse"] as? [String: Any]
      #expect(mse?["mean"] is Double && mse?["sd"] as? Double == 0)
    }
  }

  @Test("A comparison without a test part or with one that is too small is refused")
  func noTest() {
    for test in [Share.none, .rows(3)] {
      #expect(throws: LembraError.self) {
        _ = try ForecastComparison(
          of: [candidate(.mlp)], on: waves(), parts: ForecastParts(test: test), seeds: [1])
      }
    }
    #expect(throws: LembraError.self) {
      _ = try ForecastComparison(
        of: [candidate(.mlp)], on: waves(), parts: parts, seeds: [1], season: 0)
    }
  }
}
