import LembraData
import LembraModels
import LembraTensor
import LembraTraining
import Testing

@Suite("Baselines")
struct BaselineTests {
  private func set(
    _ values: [Double], window: Int, horizon: Int = 1, test: Int, columns: Int = 1,
    season: Int? = nil
  ) throws -> EvaluationSet {
    let names = (0..<columns).map { "c\($0)" }
    let configuration = ForecasterConfiguration(
      targets: names, window: window, horizon: horizon, scaling: .none,
      architecture: ForecastArchitecture(.mlp))
    let data = try ForecastData(
      Series(names: names, targetCount: columns, values: values), configuration: configuration,
      parts: ForecastParts(test: .rows(test)))
    return try EvaluationSet(data, data.split.test, season: season)
  }

  @Test("They repeat the last value and the last season, as computed by hand")
  func naive() throws {
    let set = try set(
      [1, 2, 3, 1, 2, 3, 1, 2, 3, 4, 5, 9, 7, 8], window: 2, horizon: 2, test: 5, season: 3)
    #expect(set.truth == [9, 7, 7, 8])
    #expect(set.evaluation(of: .lastValue).forecasts == [5, 5, 9, 9])
    let seasonal = set.evaluation(of: .seasonalNaive)
    #expect(seasonal.forecasts == [3, 4, 4, 5])
    // Errors 6, 3, 3 and 3; the naive error in the training part 1 2 3 1 2 3 1 2 3 is 0.
    #expect(seasonal.overall.mse == 15.75)
    #expect(seasonal.overall.mae == 3.75)
    #expect(seasonal.overall.mase == nil)
    #expect(seasonal.byStep.map(\.mae) == [4.5, 3])
  }

  /// An autoregressive process x(t) = level + 1.2 (x(t-1) - level) - 0.5 (x(t-2) - level) + noise.
  private func process(rows: Int, level: Double, noise: Double) -> [Double] {
    let drawn = Tensor(normalWithMean: 0, shape: [rows], key: RandomKey(seed: 3)).array
    var values = [1.0, 0.5]
    for row in 2..<rows {
      values.append(1.2 * values[row - 1] - 0.5 * values[row - 2] + noise * Double(drawn[row]))
    }
    return values.map { $0 + level }
  }

  @Test("The linear one finds a known process, however far from zero", arguments: [0, 1e3, 1e7])
  func process(level: Double) throws {
    let set = try set(
      process(rows: 3000, level: level, noise: 1), window: 5, horizon: 2, test: 500)
    let scores = set.evaluation(of: .linearAutoregression).byStep
    // What remains is the noise: of variance 1 after one step, 1 + 1.2² after two.
    #expect(abs(try #require(scores[0].mse) - 1) < 0.15)
    #expect(abs(try #require(scores[1].mse) - 2.44) < 0.4)
  }

  @Test("The linear one continues two columns exactly where one is a map of the other")
  func exact() throws {
    var values: [Double] = []
    var state = (x: 1.0, y: -0.5)
    for _ in 0..<60 {
      values += [state.x + 100, state.y]
      state = (0.6 * state.x + 0.8 * state.y, -0.8 * state.x + 0.6 * state.y)
    }
    for window in [1, 3] {
      let set = try set(values, window: window, horizon: 3, test: 15, columns: 2)
      let evaluation = set.evaluation(of: .linearAutoregression)
      #expect(try #require(evaluation.overall.mse) < 1e-10)
    }
  }

  @Test("The linear one agrees with forecasts from equations summed window by window")
  func definition() throws {
    let values = process(rows: 40, level: 5, noise: 1)
    let set = try set(values, window: 2, test: 10)
    // Least squares with one constant by plain sums, solved by Cramer's rule.
    var (a, b) = ([[Double]](repeating: [0, 0, 0], count: 3), [0.0, 0, 0])
    for origin in 2..<30 {
      let x = [values[origin - 2], values[origin - 1], 1]
      for i in 0..<3 {
        b[i] += x[i] * values[origin]
        for j in 0..<3 { a[i][j] += x[i] * x[j] }
      }
    }
    func determinant(_ m: [[Double]]) -> Double {
      m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
        - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
        + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
    }
    let weights = (0..<3).map { column in
      var replaced = a
      for row in 0..<3 { replaced[row][column] = b[row] }
      return determinant(replaced) / determinant(a)
    }
    let forecasts = set.evaluation(of: .linearAutoregression).forecasts
    for (window, forecast) in zip(set.windows, forecasts) {
      let origin = window.targetRows.lowerBound
      let expected =
        weights[0] * values[origin - 2] + weights[1] * values[origin - 1] + weights[2]
      #expect(abs(forecast - expected) < 1e-5)
    }
  }

  @Test("A column that never changes and a window longer than 1024 values do no harm")
  func extremes() throws {
    let constant = try set(Array(repeating: 7, count: 30), window: 3, test: 10)
    for baseline in ForecastBaseline.allCases {
      #expect(constant.evaluation(of: baseline).overall.mse == 0)
    }
    // 600 columns: one row of the window is read.
    let wide = (0..<12 * 600).map { Double($0 % 7) }
    let set = try set(wide, window: 3, test: 4, columns: 600)
    #expect(set.evaluation(of: .linearAutoregression).overall.mse?.isFinite == true)
  }
}
