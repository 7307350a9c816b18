/// The printable characters that stand for bytes in byte-level vocabularies, as GPT-2 chose them.
///
/// Bytes that are printable in Latin-1 stand for themselves; the others, in their order, for the
/// scalars from U+0100 on.
enum ByteAlphabet {
  /// The scalar of each byte.
  static let scalars: [UInt32] = {
    var scalars: [UInt32] = []
    var next: UInt32 = 0x100
    for byte in 0..<256 as Range<UInt32> {
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: scalars.append(byte)
      default:
        scalars.append(next)
        next += 1
      }
    }
    return scalars
  }()

  /// The byte of each scalar, or -1.
  private static let bytes: [Int16] = {
    var bytes = [Int16](repeating: -1, count: 0x180)
    for (byte, scalar) in scalars.enumerated() { bytes[Int(scalar)] = Int16(byte) }
    return bytes
  }()

  /// For each byte the UTF-8 of its scalar.
  static let encodings: [[UInt8]] = scalars.map { scalar in
    var bytes: [UInt8] = []
    bytes.append(scalar: scalar)
    return bytes
  }

  /// Appends the bytes that a token stands for, or the token as it is when it has a character of no
  /// byte.
  static func append(bytesOf token: ArraySlice<UInt8>, to result: inout [UInt8]) {
    let count = result.count
    let text = token.span
    var position = 0
    while position < text.count {
      let (value, length) = text.scalar(at: position)
      guard value < 0x180, bytes[Int(value)] >= 0 else {
        result.removeLast(result.count - count)
        result.append(contentsOf: token)
        return
      }
      result.append(UInt8(bytes[Int(value)]))
      position += length
    }
  }

  /// All characters in the order of their scalars, which is that of the ids of a trained vocabulary.
  static var tokens: [String] {
    scalars.sorted().compactMap { Unicode.Scalar($0).map { String($0) } }
  }
}
