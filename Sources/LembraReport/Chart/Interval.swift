/// A closed range of finite values, possibly of no length.
package struct Interval: Hashable, Sendable {
  package var low: Double
  package var high: Double

  package init(_ low: Double, _ high: Double) {
    self.low = low
    self.high = high
  }

  package var length: Double { high - low }

  package func contains(_ value: Double) -> Bool { low <= value && value <= high }
}

/// The range of the values seen so far along one axis.
struct Extent {
  let isLogarithmic: Bool
  private(set) var interval: Interval?

  init(logarithmic: Bool) {
    isLogarithmic = logarithmic
  }

  mutating func include(_ value: Double) {
    guard Extent.isDrawable(value, logarithmic: isLogarithmic) else { return }
    guard let old = interval else {
      interval = Interval(value, value)
      return
    }
    interval = Interval(min(old.low, value), max(old.high, value))
  }

  mutating func include(_ values: some Sequence<Double>) {
    for value in values { include(value) }
  }

  /// The range with some length, so that a constant has a place in the middle.
  ///
  /// A range too short for `Double` to divide counts as constant. Without values it is 0…1, or
  /// 1…10 on a logarithmic axis.
  var resolved: Interval {
    guard let interval else { return isLogarithmic ? Interval(1, 10) : Interval(0, 1) }
    let largest = max(interval.low.magnitude, interval.high.magnitude)
    guard interval.length <= largest * 1e-11 || interval.length < 1e-290 else { return interval }
    if isLogarithmic { return Interval(interval.low / 2, interval.high * 2) }
    let margin = largest < 1e-290 ? 1 : largest * 0.1
    return Interval(interval.low - margin, interval.high + margin)
  }

  /// Whether `value` has a place on an axis, or is missing.
  static func isDrawable(_ value: Double, logarithmic: Bool) -> Bool {
    logarithmic ? value >= 1e-290 && value <= 1e300 : value.magnitude <= 1e300
  }
}
