/// Round, evenly spaced ticks.
package enum LinearTicks {
  /// The ticks of the finest round step that covers `interval` with at most `limit` ticks, or
  /// three where zero lies between few.
  ///
  /// The first tick is at or below the interval, the last at or above it.
  package static func covering(
    _ interval: Interval, atMost limit: Int, wholeNumbers: Bool = false
  ) -> [Tick] {
    ticks(interval, limit, wholeNumbers, lowRule: .down, highRule: .up)
  }

  /// The ticks of the finest round step of which at most `limit` lie within `interval`.
  package static func within(
    _ interval: Interval, atMost limit: Int, wholeNumbers: Bool = false
  ) -> [Tick] {
    ticks(interval, limit, wholeNumbers, lowRule: .up, highRule: .down)
  }

  private static func ticks(
    _ interval: Interval, _ limit: Int, _ wholeNumbers: Bool,
    lowRule: FloatingPointRoundingRule, highRule: FloatingPointRoundingRule
  ) -> [Tick] {
    let shortest = interval.length / Double(limit + 1)
    for step in RoundStep.rising(from: shortest, wholeNumbers: wholeNumbers) {
      let first = step.count(to: interval.low, rounding: lowRule)
      var last = step.count(to: interval.high, rounding: highRule)
      // Whole numbers may be far coarser than the range.
      if highRule == .up { last = max(last, first + 1) }
      if last - first < max(limit, 3) {
        return first > last ? [] : named((first...last).map { $0 * step.mantissa }, step.exponent)
      }
    }
    return []
  }

  /// Ticks at `mantissas · 10^exponent`, all written in the same way.
  ///
  /// With a power of ten where that is shorter and the plain number is long.
  static func named(_ mantissas: [Int], _ exponent: Int) -> [Tick] {
    let values = mantissas.map { RoundStep.decimal($0, exponent) }
    let digits = values.map(DecimalDigits.init)
    let decimals = digits.map(\.decimals).max() ?? 0
    let power = digits.filter { !$0.digits.isEmpty }.map(\.magnitude).max() ?? 0
    let plain = digits.map { $0.plain(decimals: decimals, grouped: power >= 4) }
    let shifted = digits.map { $0.shifted(by: -power) }
    let mantissaDecimals = shifted.map(\.decimals).max() ?? 0
    let scientific = shifted.map { number in
      number.digits.isEmpty
        ? "0" : number.plain(decimals: mantissaDecimals) + "×10" + NumberText.superscript(power)
    }
    let plainLength = plain.map(\.count).max() ?? 0
    let labels =
      plainLength <= max(8, scientific.map(\.count).max() ?? 0) ? plain : scientific
    return zip(values, labels).map {
      Tick(value: $0, label: $1.replacing("-", with: "−"))
    }
  }
}
