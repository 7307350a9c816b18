#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// After how many rows a series is likely to repeat itself.
///
/// The scaled error MASE and the seasonal-naive forecast need it.
public struct SeasonalPeriod: Hashable, Sendable {
  public enum Evidence: Hashable, Sendable {
    /// The season that belongs to the step of the index: a year of months, a week of days.
    case step(TimeStep)
    /// The peak of the autocorrelation, and its height.
    case autocorrelation(Double)
    /// No season was found.
    case none
  }

  /// The rows of a season; 1 where there is none.
  public let length: Int

  public let evidence: Evidence

  /// Suggests a period from the step of the index, or else from the values: where the step has no
  /// usual season, or one that the training part does not fill.
  ///
  /// - Parameters:
  ///   - step: the usual step of the index, if there is one.
  ///   - training: the values of one column in the training part.
  public init(step: TimeStep?, training: [Double]) {
    if let step, let length = Self.length(for: step), (2..<max(2, training.count)).contains(length)
    {
      self.init(length: length, evidence: .step(step))
    } else if let peak = Self.peak(training) {
      self.init(length: peak.lag, evidence: .autocorrelation(peak.height))
    } else {
      self.init(length: 1, evidence: .none)
    }
  }

  private init(length: Int, evidence: Evidence) {
    self.length = length
    self.evidence = evidence
  }

  /// The rows of a day, a week or a year, whichever is the usual season of the step, if it is whole.
  private static func length(for step: TimeStep) -> Int? {
    let season: Int? =
      switch step.unit {
      case .microsecond: Timestamp.microsecondsPerDay
      case .second: 86_400
      case .minute: 1440
      case .hour: 24
      case .day: 7
      case .businessDay: 5
      case .week: 52
      case .month: 12
      case .quarter: 4
      case .year: nil
      }
    return season.flatMap { $0 % step.count == 0 ? $0 / step.count : nil }
  }

  /// The highest peak of the autocorrelation, after it has fallen below zero, that stands clear of
  /// chance.
  ///
  /// A linear trend is taken out first, since it hides the season. The deviation of a correlation
  /// r is Bartlett's (1946), `sqrt((1 + 2 Σ r²) / n)` with the sum up to the fall; the bound is so
  /// many deviations that hardly one series in twenty without a season exceeds it at any lag.
  private static func peak(_ values: [Double]) -> (lag: Int, height: Double)? {
    let count = values.count
    guard count >= 8 else { return nil }
    let residuals = withoutTrend(values)
    let energy = residuals.reduce(0) { $0 + $1 * $1 }
    guard energy > 0, energy.isFinite else { return nil }
    let longest = min(count / 3, 1000)
    let correlations = (0...longest + 1).map { lag in
      (lag..<count).reduce(0) { $0 + residuals[$1] * residuals[$1 - lag] } / energy
    }
    guard let fall = correlations.firstIndex(where: { $0 < 0 }) else { return nil }
    let squares = correlations[1..<max(1, fall)].reduce(0) { $0 + $1 * $1 }
    let deviation = ((1 + 2 * squares) / Double(count)).squareRoot()
    let bound = deviation * (2 * log(20 * Double(longest))).squareRoot()
    let peaks = (fall..<max(fall, longest + 1)).filter { lag in
      correlations[lag] > bound && correlations[lag] >= correlations[lag - 1]
        && correlations[lag] >= correlations[lag + 1]
    }
    return peaks.map { (lag: $0, height: correlations[$0]) }.max { $0.height < $1.height }
  }

  /// `values` less the straight line that fits them best.
  private static func withoutTrend(_ values: [Double]) -> [Double] {
    let middle = Double(values.count - 1) / 2
    let mean = values.reduce(0, +) / Double(values.count)
    var covariance = 0.0
    var variance = 0.0
    for (row, value) in values.enumerated() {
      covariance += (Double(row) - middle) * (value - mean)
      variance += (Double(row) - middle) * (Double(row) - middle)
    }
    return values.enumerated().map { $1 - mean - covariance / variance * (Double($0) - middle) }
  }
}
