import LembraTensor

/// Numbers written for people: one way for tables, charts and pages, whatever the locale.
///
/// The results are plain text that other programs can read back (`-0.12`, `1.5e-07`);
/// ``typographic(_:)`` gives them the signs of print.
public enum NumberText {
  /// What stands where there is no value.
  public static let missing = "–"

  /// Writes `value` with exactly `decimals` digits after the point: `1,234.50`.
  public static func fixed(_ value: Double, decimals: Int, grouped: Bool = true) -> String {
    precondition(decimals >= 0, "NumberText.fixed: \(decimals) decimals")
    guard value.isFinite else { return nonFinite(value) }
    var digits = DecimalDigits(value)
    digits.round(toDecimals: decimals)
    return digits.plain(decimals: decimals, grouped: grouped)
  }

  /// Writes `value` with at most `digits` significant digits: `0.1214`, `12.5`, `1.5e-07`.
  ///
  /// Digits before the point are never rounded away, and zeros at the end are left out. Below
  /// 0.0001 and from ten million on it is written with a power of ten.
  public static func significant(_ value: Double, digits count: Int = 4) -> String {
    precondition(count >= 1, "NumberText.significant: \(count) digits")
    guard value.isFinite else { return nonFinite(value) }
    var digits = DecimalDigits(value)
    guard plainMagnitudes.contains(digits.magnitude) else {
      digits.round(toSignificant: count)
      let power = digits.magnitude
      let mantissa = digits.shifted(by: -power)
      return mantissa.plain(decimals: mantissa.decimals) + exponentText(power)
    }
    digits.round(toDecimals: max(0, count - 1 - digits.magnitude))
    return digits.plain(decimals: digits.decimals)
  }

  /// Writes a whole number with commas between thousands: `17,921`.
  public static func integer(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var text = value < 0 ? "-" : ""
    for (position, digit) in digits.enumerated() {
      if position > 0 && (digits.count - position) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }

  /// Writes how many there are of what `noun` names: `1 window`, `3 windows`.
  public static func counted(_ count: Int, _ noun: String) -> String {
    "\(integer(count)) \(noun)\(count == 1 ? "" : "s")"
  }

  /// Writes a mean and its standard deviation with the same decimals: `0.121 ± 0.018`.
  ///
  /// The deviation keeps two significant digits. Very small or large pairs share a power of ten:
  /// `(1.20 ± 0.18)e-07`. A deviation of zero or one that is not finite leaves the mean alone to
  /// choose the decimals, and one that is not finite is left out.
  public static func plusMinus(mean: Double, sd: Double) -> String {
    guard mean.isFinite, sd.isFinite else { return significant(mean) }
    let largest = max(mean.magnitude, sd.magnitude)
    let power = DecimalDigits(largest).magnitude
    guard plainMagnitudes.contains(power) else {
      let decimals = max(0, decimals(mean: mean, sd: sd) + power)
      let pair = [mean, sd].map { value in
        var digits = DecimalDigits(value).shifted(by: -power)
        digits.round(toDecimals: min(decimals, 3))
        return digits.plain(decimals: min(decimals, 3))
      }
      return "(\(pair[0]) ± \(pair[1]))" + exponentText(power)
    }
    let decimals = min(max(0, decimals(mean: mean, sd: sd)), mostDecimals)
    return plusMinus(mean: mean, sd: sd, decimals: decimals)
  }

  package static func plusMinus(mean: Double, sd: Double, decimals: Int) -> String {
    "\(fixed(mean, decimals: decimals)) ± \(fixed(sd, decimals: decimals))"
  }

  /// The decimals that show two digits of `sd`, or up to four of `mean` where `sd` is zero.
  package static func decimals(mean: Double, sd: Double) -> Int {
    let isExact = sd == 0 || !sd.isFinite
    var digits = DecimalDigits(isExact ? mean : sd)
    digits.round(toSignificant: isExact ? 4 : 2)
    return isExact ? digits.decimals : 1 - digits.magnitude
  }

  /// Writes a length of time in seconds: `250 µs`, `31 ms`, `0.31 s`, `2 min 5 s`, `3 h 12 min`.
  public static func duration(seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0 else { return missing }
    if seconds == 0 { return "0 s" }
    if seconds < 0.999_5e-6 { return significant(seconds * 1e9, digits: 3) + " ns" }
    if seconds < 0.999_5e-3 { return significant(seconds * 1e6, digits: 3) + " µs" }
    if seconds < 0.099_95 { return significant(seconds * 1e3, digits: 3) + " ms" }
    if seconds < 9.995 { return fixed(seconds, decimals: 2) + " s" }
    if seconds < 59.95 { return fixed(seconds, decimals: 1) + " s" }
    guard seconds < 1e15 else { return significant(seconds) + " s" }
    let whole = Int(seconds.rounded())
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    let minutes = Int((seconds / 60).rounded())
    if minutes < 24 * 60 { return "\(minutes / 60) h \(minutes % 60) min" }
    let hours = Int((seconds / 3600).rounded())
    return "\(integer(hours / 24)) d \(hours % 24) h"
  }

  /// Gives a number written by this type the signs of print: `−0.12`, `1.5×10⁻⁷`.
  public static func typographic(_ number: String) -> String {
    let parts = number.split(separator: "e", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let power = Int(parts[1].drop { $0 == "+" }) else {
      return number.replacing("-", with: "−")
    }
    return parts[0].replacing("-", with: "−") + "×10" + superscript(power)
  }

  package static func superscript(_ number: Int) -> String {
    let signs: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
    return String(String(number).map { $0.wholeNumberValue.map { signs[$0] } ?? "⁻" })
  }

  /// More decimals than this say nothing beside numbers of a plain size.
  package static let mostDecimals = 9

  /// Powers of ten that are written out.
  package static let plainMagnitudes = -4...6

  private static func exponentText(_ power: Int) -> String {
    "e" + (power < 0 ? "-" : "+") + (power.magnitude < 10 ? "0" : "") + String(power.magnitude)
  }

  private static func nonFinite(_ value: Double) -> String {
    value.isNaN ? "NaN" : value < 0 ? "-∞" : "∞"
  }
}
