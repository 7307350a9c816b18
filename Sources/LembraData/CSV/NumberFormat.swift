/// The mark between the whole and the fractional digits of a number.
public enum DecimalMark: String, Hashable, Sendable, CaseIterable, Codable {
  case point
  case comma

  var byte: UInt8 { self == .point ? UInt8(ascii: ".") : UInt8(ascii: ",") }
  var groupByte: UInt8 { self == .point ? UInt8(ascii: ",") : UInt8(ascii: ".") }
}

/// How numbers of a column are written: the decimal mark and the digits after it.
public struct NumberFormat: Hashable, Sendable {
  public let decimalMark: DecimalMark
  public let decimalCount: Int

  /// Returns `value` with this many digits after the mark.
  func text(_ value: Double) -> String {
    let scale = decimalScale(decimalCount)
    guard let scaled = Int(exactly: (abs(value) * scale).rounded()) else { return "\(value)" }
    let digits = String(scaled)
    let padded = String(repeating: "0", count: max(0, decimalCount + 1 - digits.count)) + digits
    let sign = value < 0 && scaled != 0 ? "-" : ""
    let whole = sign + padded.dropLast(decimalCount)
    guard decimalCount > 0 else { return whole }
    return whole + (decimalMark == .point ? "." : ",") + padded.suffix(decimalCount)
  }
}

extension DecimalMark {
  /// Returns the number that `text` writes, or nothing when it writes none.
  ///
  /// A number is digits with at most one decimal mark, an optional sign and an optional exponent
  /// (`-1.5e3`); groups of three digits may be set apart with the other mark (`1,234.5` with a
  /// point, `1.234,5` with a comma). `inf` and `infinity` count as numbers, and so does what is too
  /// large for a `Double`; both come back infinite, to be refused where the place is known.
  func number(_ text: String) -> Double? {
    var text = text
    let shape = text.withUTF8 { NumberShape($0, mark: self) }
    switch shape {
    case .plain: return Double(text)
    case .marked:
      return Double(
        String(
          decoding: text.utf8.lazy.filter { $0 != groupByte }
            .map { $0 == byte ? UInt8(ascii: ".") : $0 }, as: UTF8.self))
    case .infinite: return text.utf8.first == UInt8(ascii: "-") ? -.infinity : .infinity
    case .none: return nil
    }
  }

  /// The digits after the decimal mark in `text`.
  func decimalCount(_ text: String) -> Int {
    guard let mark = text.utf8.firstIndex(of: byte) else { return 0 }
    return text.utf8[mark...].dropFirst().prefix { (0x30...0x39).contains($0) }.count
  }
}

/// What the bytes of a cell say about a number.
private enum NumberShape {
  /// As `Double.init` reads it.
  case plain
  /// With a comma for the decimal mark, or with marks between groups.
  case marked
  case infinite
  case none

  init(_ bytes: UnsafeBufferPointer<UInt8>, mark: DecimalMark) {
    var scanner = NumberScanner(bytes: bytes)
    scanner.skip { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
    if scanner.restEquals("inf") || scanner.restEquals("infinity") {
      self = .infinite
      return
    }
    let wholeCount = scanner.skipDigits()
    var groupCount = 0
    while scanner.next == mark.groupByte, wholeCount > 0 {
      scanner.position += 1
      // The first group has one to three digits, every other exactly three.
      guard wholeCount <= 3, scanner.skipDigits() == 3 else {
        self = .none
        return
      }
      groupCount += 1
    }
    let hasMark = scanner.next == mark.byte
    if hasMark { scanner.position += 1 }
    let fractionCount = hasMark ? scanner.skipDigits() : 0
    guard wholeCount + fractionCount > 0, scanner.skipExponent(), scanner.next == nil else {
      self = .none
      return
    }
    self = groupCount > 0 || (hasMark && mark == .comma) ? .marked : .plain
  }
}

private struct NumberScanner {
  let bytes: UnsafeBufferPointer<UInt8>
  var position = 0

  init(bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// Skips at most one byte.
  mutating func skip(_ isWanted: (UInt8) -> Bool) {
    if let next, isWanted(next) { position += 1 }
  }

  mutating func skipDigits() -> Int {
    let start = position
    while let next, (0x30...0x39).contains(next) { position += 1 }
    return position - start
  }

  /// Skips an exponent if there is one; the result is whether what was there is well formed.
  mutating func skipExponent() -> Bool {
    guard let next, next | 0x20 == UInt8(ascii: "e") else { return true }
    position += 1
    skip { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
    return skipDigits() > 0
  }

  func restEquals(_ lowercase: StaticString) -> Bool {
    guard bytes.count - position == lowercase.utf8CodeUnitCount else { return false }
    return (0..<lowercase.utf8CodeUnitCount).allSatisfy {
      bytes[position + $0] | 0x20 == lowercase.utf8Start[$0]
    }
  }
}
