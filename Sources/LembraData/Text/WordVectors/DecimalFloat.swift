/// The number that `bytes` write as a decimal fraction, or nothing when they write none.
///
/// It is the `Float` next to what is written, as the standard library has it.
func decimalFloat(_ bytes: ArraySlice<UInt8>) -> Float? {
  var rest = bytes
  let isNegative = rest.first == UInt8(ascii: "-")
  if isNegative { rest = rest.dropFirst() }
  var digits: UInt32 = 0
  var digitCount = 0
  var fractionCount: Int?
  for byte in rest {
    switch byte {
    case 0x30...0x39 where digitCount < 9:
      digits = digits * 10 + UInt32(byte - 0x30)
      if digits > 0 { digitCount += 1 }
      fractionCount = fractionCount.map { $0 + 1 }
    case UInt8(ascii: ".") where fractionCount == nil: fractionCount = 0
    default: return Float(String(decoding: bytes, as: UTF8.self))
    }
  }
  // Both numbers are exact, and so the quotient is rounded once (Clinger, 1990).
  let fraction = fractionCount ?? 0
  let isWritten = rest.count > (fractionCount == nil ? 0 : 1)
  guard isWritten, digits <= 1 << 24, powersOfTen.indices.contains(fraction) else {
    return Float(String(decoding: bytes, as: UTF8.self))
  }
  let value = Float(digits) / powersOfTen[fraction]
  return isNegative ? -value : value
}

/// The powers of ten that a `Float` holds exactly.
private let powersOfTen: [Float] = [1, 10, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10]
