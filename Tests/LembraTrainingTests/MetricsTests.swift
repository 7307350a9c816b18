import LembraTensor
import LembraTraining
import Testing

@Suite("Regression metrics")
struct MetricsTests {
  // Truth 1, 2, 4 and prediction 2, 2, 2: errors -1, 0, 2.
  //   MSE   (1 + 0 + 4) / 3 = 5/3          MAE  (1 + 0 + 2) / 3 = 1
  //   sMAPE 100/3 (2·1/3 + 0 + 2·2/6) = 100/3 · 4/3 = 400/9
  //   mean 7/3, variation (16 + 1 + 25) / 9 = 14/3, R² = 1 - 5 / (14/3) = -1/14
  //   MASE  with the scale 2: 1/2
  // Truth 0, -3, missing and prediction 0, 1, 5: errors 0, -4.
  //   MSE   8, MAE 2, sMAPE 100/2 (0 + 2·4/4) = 100
  //   mean -3/2, variation 9/2, R² = 1 - 16 / (9/2) = -23/9, MASE with the scale 4: 1/2
  // Together, five pairs: MSE 21/5, MAE 7/5, sMAPE 100/5 (4/3 + 2) = 200/3
  @Test func scoresAreThoseComputedByHand() throws {
    var metrics = RegressionMetrics(targetCount: 2, seasonalScales: [2, 4])
    metrics.add(
      predictions: Tensor([2, 0, 2, 1], shape: [2, 2]),
      truths: Tensor([1, 0, 2, -3], shape: [2, 2]))
    metrics.add(prediction: 2, truth: 4)
    metrics.add(prediction: 5, truth: .nan, target: 1)

    let first = RegressionScores(
      count: 3, missing: 0, mse: 5 / 3, rmse: (5.0 / 3).squareRoot(), mae: 1, mase: 0.5,
      smape: 400 / 9, r2: -1 / 14)
    let second = RegressionScores(
      count: 2, missing: 1, mse: 8, rmse: 8.0.squareRoot(), mae: 2, mase: 0.5, smape: 100,
      r2: -23 / 9)
    let overall = RegressionScores(
      count: 5, missing: 1, mse: 21 / 5, rmse: 4.2.squareRoot(), mae: 7 / 5, mase: 0.5,
      smape: 200 / 3, r2: (-1.0 / 14 - 23.0 / 9) / 2)
    expect(metrics.scores[0], near: first)
    expect(metrics.scores[1], near: second)
    expect(metrics.overall, near: overall)
  }

  private func expect(_ scores: RegressionScores, near expected: RegressionScores) {
    #expect(scores.count == expected.count)
    #expect(scores.missing == expected.missing)
    let values: [KeyPath<RegressionScores, Double?>] = [
      \.mse, \.rmse, \.mae, \.mase, \.smape, \.r2,
    ]
    for value in values {
      let (a, b) = (scores[keyPath: value] ?? .nan, expected[keyPath: value] ?? .nan)
      #expect(abs(a - b) < 1e-12, "\(a) is not \(b)")
    }
  }

  @Test func aPerfectPredictionHasNoError() {
    var metrics = RegressionMetrics(targetCount: 1)
    for value in [0.0, 1, 2] { metrics.add(prediction: value, truth: value) }
    #expect(
      metrics.overall
        == RegressionScores(
          count: 3, missing: 0, mse: 0, rmse: 0, mae: 0, mase: nil, smape: 0, r2: 1))
  }

  @Test func nothingComparedHasNoScore() {
    var metrics = RegressionMetrics(targetCount: 1, seasonalScales: [1])
    metrics.add(prediction: 1, truth: .nan)
    #expect(metrics.overall == RegressionScores(count: 0, missing: 1))
    #expect(metrics.scores == [RegressionScores(count: 0, missing: 1)])
  }

  @Test func aConstantTruthHasNoDetermination() {
    var metrics = RegressionMetrics(targetCount: 1)
    metrics.add(prediction: 1, truth: 3)
    metrics.add(prediction: 2, truth: 3)
    #expect(metrics.overall.r2 == nil)
    #expect(metrics.overall.mse == 2.5)
  }

  // A large offset would cancel if the variation were a difference of two sums of squares.
  @Test func determinationSurvivesALargeOffset() throws {
    var metrics = RegressionMetrics(targetCount: 1)
    for value in [1.0, 2, 3, 4] { metrics.add(prediction: 1e9 + 2.5, truth: 1e9 + value) }
    #expect(abs(try #require(metrics.overall.r2)) < 1e-12)
  }

  // Period 2: |5 - 1| + |2 - 2| + |8 - 5| = 7 over three; the pairs with NaN do not count.
  @Test func theSeasonalScaleIsTheNaiveErrorOfTheSeries() throws {
    func scale(_ series: [Double], _ period: Int) -> Double? {
      RegressionScores.seasonalNaiveScale(of: series, period: period)
    }
    #expect(scale([1, 2, 5, 2, 8], 2) == 7.0 / 3)
    #expect(scale([1, 2, 5, 2, 8, .nan, 9, .nan], 2) == 2)
    #expect(scale([1, 3, 2], 1) == 1.5)
    #expect(scale([1, 3, 2], 3) == nil)
    #expect(scale([4, 4, 4], 1) == nil)
    #expect(scale([], 1) == nil)
  }
}
