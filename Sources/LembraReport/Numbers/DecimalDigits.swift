import LembraTensor

/// The shortest decimal digits that read back as the same number, for rounding as a person would.
///
/// The value is `0.d₁d₂d₃… · 10^exponent`. Rounding works on these digits and not on the binary
/// value, so that 2.675 to two decimals is 2.68; ties go away from zero.
package struct DecimalDigits: Hashable, Sendable {
  package private(set) var isNegative: Bool
  /// Digits 0…9 without zeros at either end; empty for zero.
  package private(set) var digits: [UInt8]
  package private(set) var exponent: Int

  /// The digits of a finite `value`; traps when it is not finite.
  package init(_ value: Double) {
    precondition(value.isFinite, "DecimalDigits: \(value) is not finite")
    isNegative = value < 0
    digits = []
    exponent = 0
    var sawPoint = false
    var scientific = 0
    let text = value.magnitude.description.utf8
    let mantissaEnd = text.firstIndex(of: UInt8(ascii: "e")) ?? text.endIndex
    for byte in text[..<mantissaEnd] {
      if byte == UInt8(ascii: ".") {
        sawPoint = true
        continue
      }
      let digit = byte - UInt8(ascii: "0")
      if digits.isEmpty && digit == 0 {
        if sawPoint { exponent -= 1 }
        continue
      }
      digits.append(digit)
      if !sawPoint { exponent += 1 }
    }
    if mantissaEnd != text.endIndex {
      scientific = Int(String(text[text.index(after: mantissaEnd)...]) ?? "") ?? 0
    }
    exponent = digits.isEmpty ? 0 : exponent + scientific
    dropTrailingZeros()
  }

  /// The power of ten of the first digit: 2 for 345, −1 for 0.3; 0 for zero.
  package var magnitude: Int { digits.isEmpty ? 0 : exponent - 1 }

  /// Rounds to `count` digits after the point (before it when negative).
  package mutating func round(toDecimals count: Int) {
    keep(exponent + count)
  }

  /// Rounds to `count` significant digits.
  package mutating func round(toSignificant count: Int) {
    keep(count)
  }

  private mutating func keep(_ count: Int) {
    guard count < digits.count else { return }
    let roundsUp = count >= 0 && digits[count] >= 5
    digits.removeSubrange(max(count, 0)...)
    if roundsUp {
      var carry = digits.count - 1
      while carry >= 0 && digits[carry] == 9 { carry -= 1 }
      if carry < 0 {
        digits = [1]
        exponent += 1
      } else {
        digits.removeSubrange((carry + 1)...)
        digits[carry] += 1
      }
    }
    dropTrailingZeros()
  }

  private mutating func dropTrailingZeros() {
    while digits.last == 0 { digits.removeLast() }
    if digits.isEmpty { exponent = 0 }
  }

  /// How many decimals it takes to write every digit.
  package var decimals: Int { max(0, digits.count - exponent) }

  /// The digits with a point, `decimals` digits after it, and commas between thousands.
  ///
  /// Writes no digit that is not there: round first.
  package func plain(decimals: Int, grouped: Bool = true) -> String {
    var text = isNegative && !digits.isEmpty ? "-" : ""
    let whole = max(exponent, 0)
    if whole == 0 { text += "0" }
    for position in 0..<whole {
      if grouped && position > 0 && (whole - position) % 3 == 0 { text += "," }
      text += String(position < digits.count ? digits[position] : 0)
    }
    guard decimals > 0 else { return text }
    text += "."
    for position in exponent..<(exponent + decimals) {
      text += String(digits.indices.contains(position) ? digits[position] : 0)
    }
    return text
  }

  /// The same number times `10^shift`.
  package func shifted(by shift: Int) -> DecimalDigits {
    var result = self
    if !digits.isEmpty { result.exponent += shift }
    return result
  }
}
