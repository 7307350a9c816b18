import LembraTensor

/// Values of the same quantity from several runs.
public struct Spread: Hashable, Codable, Sendable {
  public let mean: Double

  /// The standard deviation, with n - 1 in the denominator; 0 for a single value.
  public let sd: Double

  /// The values in the order of the runs.
  public let values: [Double]

  /// - Precondition: there is at least one value.
  public init(_ values: [Double]) {
    precondition(!values.isEmpty, "Spread: there are no values")
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    sd = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : 0
    self.values = values
  }

  /// The middle value; of an even number of values, the mean of the two middle ones.
  public var median: Double {
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}
