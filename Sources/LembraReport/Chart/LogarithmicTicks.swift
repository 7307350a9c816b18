#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Round ticks for an axis on which equal factors take equal room.
package enum LogarithmicTicks {
  /// At most `limit` ticks that cover `interval`, which is above zero.
  ///
  /// Less than a third of a decade is divided evenly; up to three decades or so at 1, 2 and 5 times
  /// the powers of ten; more at every power or every n-th.
  package static func covering(_ interval: Interval, atMost limit: Int) -> [Tick] {
    let limit = max(limit, 2)
    if interval.high < interval.low * 2 {
      let even = LinearTicks.covering(interval, atMost: limit)
      if let first = even.first, first.value > 0 { return even }
    }
    let low = log10(interval.low)
    let high = log10(interval.high)
    let steps = enclosing(interval, exponents: Int(low.rounded(.down))...Int(high.rounded(.up)))
    if steps.count <= limit { return named(steps) }
    let bottom = lowerPower(of: interval.low, guess: Int(low.rounded(.down)))
    let top = upperPower(of: interval.high, guess: Int(high.rounded(.up)))
    var stride = 1
    while (top - bottom + stride - 1) / stride >= limit { stride += 1 }
    let count = (top - bottom + stride - 1) / stride
    return named((0...count).map { RoundStep(mantissa: 1, exponent: bottom + $0 * stride) })
  }

  /// The values 1, 2 and 5 times a power of ten from the last one at or below `interval` to the
  /// first one at or above it.
  private static func enclosing(
    _ interval: Interval, exponents: ClosedRange<Int>
  ) -> [RoundStep] {
    let all = ((exponents.lowerBound - 1)...(exponents.upperBound + 1)).flatMap { exponent in
      [1, 2, 5].map { RoundStep(mantissa: $0, exponent: exponent) }
    }
    let first = all.lastIndex { $0.value <= interval.low } ?? 0
    let last = all.firstIndex { $0.value >= interval.high } ?? all.count - 1
    return Array(all[first...max(first, last)])
  }

  private static func lowerPower(of value: Double, guess: Int) -> Int {
    RoundStep.decimal(1, guess) <= value ? guess : guess - 1
  }

  private static func upperPower(of value: Double, guess: Int) -> Int {
    RoundStep.decimal(1, guess) >= value ? guess : guess + 1
  }

  /// Written out between 0.0001 and 100,000, as powers of ten where one lies outside.
  private static func named(_ steps: [RoundStep]) -> [Tick] {
    let isPlain = steps.allSatisfy { (-4...5).contains($0.exponent) }
    return steps.map { step in
      let power = "10" + NumberText.superscript(step.exponent)
      let digits = DecimalDigits(step.value)
      let label =
        isPlain
        ? digits.plain(decimals: digits.decimals, grouped: digits.magnitude >= 4)
        : step.mantissa == 1 ? power : "\(step.mantissa)×\(power)"
      return Tick(value: step.value, label: label)
    }
  }
}
