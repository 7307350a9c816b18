import LembraTensor

/// How far predictions are from the truth, in the units of the data.
///
/// With `n` pairs of the truth `y` and its prediction `ŷ`, and the error `e = y − ŷ`. A score that
/// is not defined, as all are when nothing was compared, is `nil`.
public struct RegressionScores: Hashable, Codable, Sendable {
  /// The number of pairs `n`.
  public var count: Int

  /// The number of pairs left out because the truth is missing.
  public var missing: Int

  /// The mean squared error, `Σ e² / n`.
  public var mse: Double?

  /// The root of the mean squared error.
  public var rmse: Double?

  /// The mean absolute error, `Σ |e| / n`.
  public var mae: Double?

  /// The mean absolute scaled error: ``mae`` over that of the seasonal naive forecast within the
  /// training part; see ``seasonalNaiveScale(of:period:)``.
  public var mase: Double?

  /// The symmetric mean absolute percentage error, from 0 to 200:
  /// `100 / n · Σ 2 |e| / (|y| + |ŷ|)`, in which a pair of zeros counts as no error.
  ///
  /// It is the form of the M4 competition (Makridakis, Spiliotis and Assimakopoulos, 2020).
  public var smape: Double?

  /// The coefficient of determination, `1 − Σ e² / Σ (y − ȳ)²`; `nil` when the truth is constant.
  public var r2: Double?

  public init(
    count: Int, missing: Int, mse: Double? = nil, rmse: Double? = nil, mae: Double? = nil,
    mase: Double? = nil, smape: Double? = nil, r2: Double? = nil
  ) {
    self.count = count
    self.missing = missing
    self.mse = mse
    self.rmse = rmse
    self.mae = mae
    self.mase = mase
    self.smape = smape
    self.r2 = r2
  }

  /// The mean absolute error, within a training series, of forecasting each value by the one a
  /// period before: `Σ |yₜ − yₜ₋ₘ| / (n − m)` over the `t` with both values.
  ///
  /// Hyndman and Koehler, "Another look at measures of forecast accuracy", 2006.
  ///
  /// - Parameters:
  ///   - series: the values in the order of time, NaN where one is missing.
  ///   - period: the length of the season `m`, 1 without one.
  /// - Returns: `nil` when the series never changes or is too short to tell.
  /// - Precondition: `period ≥ 1`.
  public static func seasonalNaiveScale(of series: [Double], period: Int) -> Double? {
    precondition(period >= 1, "seasonalNaiveScale: a period of \(period)")
    let changes = zip(series.dropFirst(period), series).lazy
      .map { abs($0 - $1) }.filter { !$0.isNaN }
    let (sum, count) = changes.reduce((0.0, 0)) { ($0.0 + $1, $0.1 + 1) }
    return sum > 0 && sum.isFinite ? sum / Double(count) : nil
  }
}
