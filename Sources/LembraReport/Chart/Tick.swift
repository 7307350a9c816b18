/// A marked value of an axis and its name.
package struct Tick: Hashable, Sendable {
  package var value: Double
  package var label: String
}

/// A number of the form 1, 2, 2.5 or 5 times a power of ten, kept in integers so that its multiples
/// are exact decimals.
struct RoundStep: Hashable {
  /// 1, 2, 5 or 25.
  var mantissa: Int
  var exponent: Int

  var value: Double { RoundStep.decimal(mantissa, exponent) }

  /// How many steps fit below `value`, rounded by `rule` but for noise in the last bits.
  func count(to value: Double, rounding rule: FloatingPointRoundingRule) -> Int {
    let exact = value / self.value
    let nearest = exact.rounded()
    return Int((exact - nearest).magnitude < 1e-9 ? nearest : exact.rounded(rule))
  }

  /// The round steps from the one next above `length` or equal to it, rising without end.
  static func rising(
    from length: Double, wholeNumbers: Bool = false
  ) -> some Sequence<RoundStep> {
    let start = max(DecimalDigits(length).magnitude, wholeNumbers ? 0 : -320)
    return (start...).lazy.flatMap { exponent in
      [
        RoundStep(mantissa: 1, exponent: exponent), RoundStep(mantissa: 2, exponent: exponent),
        RoundStep(mantissa: 25, exponent: exponent - 1),
        RoundStep(mantissa: 5, exponent: exponent),
      ]
    }.filter { step in
      step.value >= length * 0.999_999_9 && !(wholeNumbers && step.exponent < 0)
    }
  }

  /// `mantissa · 10^exponent`, rounded once.
  static func decimal(_ mantissa: Int, _ exponent: Int) -> Double {
    Double("\(mantissa)e\(exponent)") ?? 0
  }
}
