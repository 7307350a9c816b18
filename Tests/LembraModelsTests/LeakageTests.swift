import LembraData
import LembraModels
import LembraTestSupport
import Testing

@Suite("Nothing of the future reaches the past")
struct LeakageTests {
  @Test(
    "No value of the test part changes a weight, the scaler or a validation score",
    arguments: [WindowContext.withinPart, .carried])
  func testRows(context: WindowContext) throws {
    let parts = ForecastParts(validation: .rows(12), test: .rows(12), context: context)
    let plain = try Forecaster.train(on: data(parts: parts), options: options())
    for position in 96..<120 {
      let changed = waves { $0[position] += 1000 }
      let other = try Forecaster.train(
        on: data(small(), changed, parts: parts), options: options())
      #expect(other.forecaster.bits == plain.forecaster.bits)
      #expect(other.forecaster.scaler == plain.forecaster.scaler)
      #expect(other.scores == plain.scores)
    }
  }

  @Test("A value of the training part changes the weights, so the probe can fail")
  func trainingRows() throws {
    let plain = try Forecaster.train(on: data(), options: options())
    let other = try Forecaster.train(
      on: data(small(), waves { $0[40] += 1 }), options: options())
    #expect(other.forecaster.bits != plain.forecaster.bits)
    #expect(other.forecaster.scaler != plain.forecaster.scaler)
  }

  @Test(
    "The future of a window never changes its forecast",
    arguments: [ForecastArchitecture.Kind.mlp, .lstm, .bigru])
  func future(kind: ForecastArchitecture.Kind) throws {
    let plain = try data(small(kind))
    let forecaster = try Forecaster.train(on: plain, options: options()).forecaster
    let set = try EvaluationSet(plain, plain.split.test)
    let expected = set.evaluation(of: forecaster).forecasts
    for (position, window) in set.windows.enumerated() {
      let changed = waves { values in
        for index in 2 * window.targetRows.lowerBound..<values.count { values[index] = -3 }
      }
      let later = try ForecastData(changed, for: forecaster, parts: parts)
      let forecasts = try EvaluationSet(later, later.split.test).evaluation(of: forecaster)
        .forecasts
      let own = (position * 4)..<(position + 1) * 4
      #expect(forecasts[own] == expected[own])
    }
  }
}
