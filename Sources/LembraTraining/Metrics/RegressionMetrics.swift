public import LembraTensor

/// Compares predictions with the truth, pair by pair, without keeping them.
///
///     var metrics = RegressionMetrics(targetCount: 2, seasonalScales: scales)
///     for batch in test { metrics.add(predictions: model(batch.inputs), truths: batch.truths) }
///     metrics.scores[0].mae
///
/// Sums are in double precision, so the order of the pairs does not matter to any digit shown.
public struct RegressionMetrics: Sendable {
  private var targets: [ErrorSums]
  private let seasonalScales: [Double?]

  /// - Parameters:
  ///   - targetCount: the number of columns that are predicted, K.
  ///   - seasonalScales: for each of them what ``RegressionScores/mase`` is scaled by; see
  ///     ``RegressionScores/seasonalNaiveScale(of:period:)``.
  /// - Precondition: there is at least one target, and a scale for each if there are any.
  public init(targetCount: Int, seasonalScales: [Double?]? = nil) {
    precondition(targetCount >= 1, "RegressionMetrics: \(targetCount) targets")
    precondition(
      seasonalScales.map { $0.count == targetCount } ?? true,
      "RegressionMetrics: \(seasonalScales?.count ?? 0) scales for \(targetCount) targets")
    targets = Array(repeating: ErrorSums(), count: targetCount)
    self.seasonalScales = seasonalScales ?? Array(repeating: nil, count: targetCount)
  }

  /// Compares one number; a truth of NaN is missing and only counted.
  ///
  /// - Precondition: `target` is from 0 to below K.
  public mutating func add(prediction: Double, truth: Double, target: Int = 0) {
    precondition(targets.indices.contains(target), "RegressionMetrics: no target \(target)")
    targets[target].add(prediction: prediction, truth: truth)
  }

  /// Compares two tensors whose last axis are the targets, `[…, K]`.
  ///
  /// - Precondition: the shapes are equal and end with K.
  public mutating func add(predictions: Tensor, truths: Tensor) {
    let width = targets.count
    precondition(
      predictions.shape == truths.shape && truths.shape.columns == width,
      "RegressionMetrics: predictions \(predictions.shape) and truths \(truths.shape) "
        + "for \(width) targets")
    let (predictions, truths) = (predictions.elements, truths.elements)
    for index in 0..<truths.count {
      targets[index % width].add(
        prediction: Double(predictions[index]), truth: Double(truths[index]))
    }
  }

  /// The scores of each target.
  public var scores: [RegressionScores] {
    zip(targets, seasonalScales).map { $0.scores(seasonalScale: $1) }
  }

  /// The scores of all targets together.
  ///
  /// MSE, RMSE, MAE and sMAPE are taken over all pairs alike; MASE and R², which compare each target
  /// with itself, are means over the targets, defined when they are for every target.
  public var overall: RegressionScores {
    var result = targets.dropFirst().reduce(into: targets[0]) { $0.add($1) }.scores()
    let each = scores
    result.mase = Self.mean(each.map(\.mase))
    result.r2 = Self.mean(each.map(\.r2))
    return result
  }

  private static func mean(_ values: [Double?]) -> Double? {
    let defined = values.compactMap { $0 }
    guard defined.count == values.count else { return nil }
    return defined.reduce(0, +) / Double(defined.count)
  }
}

/// The sums behind the scores of one target.
private struct ErrorSums {
  private var count = 0
  private var missing = 0
  private var squares = 0.0
  private var magnitudes = 0.0
  private var relatives = 0.0
  // The truth's mean and its sum of squares about it (Welford, 1962).
  private var mean = 0.0
  private var variation = 0.0

  mutating func add(prediction: Double, truth: Double) {
    if truth.isNaN {
      missing += 1
      return
    }
    count += 1
    let error = truth - prediction
    squares += error * error
    magnitudes += abs(error)
    if error != 0 { relatives += 2 * abs(error) / (abs(truth) + abs(prediction)) }
    let distance = truth - mean
    mean += distance / Double(count)
    variation += distance * (truth - mean)
  }

  /// Adds the sums of other pairs; the variation is of no use from here on.
  mutating func add(_ other: ErrorSums) {
    count += other.count
    missing += other.missing
    squares += other.squares
    magnitudes += other.magnitudes
    relatives += other.relatives
  }

  func scores(seasonalScale: Double? = nil) -> RegressionScores {
    var scores = RegressionScores(count: count, missing: missing)
    guard count > 0 else { return scores }
    let n = Double(count)
    scores.mse = squares / n
    scores.rmse = (squares / n).squareRoot()
    scores.mae = magnitudes / n
    scores.mase = seasonalScale.map { magnitudes / n / $0 }
    scores.smape = 100 * relatives / n
    scores.r2 = variation > 0 ? 1 - squares / variation : nil
    return scores
  }
}
