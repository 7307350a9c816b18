import LembraTensor

/// Reads the JSON of a safetensors header: objects, arrays of sizes, strings and sizes, no more.
///
/// The header has three levels and no free-form part, so nothing is read recursively and the memory
/// used stays within a small multiple of the header.
struct HeaderScanner {
  private let bytes: [UInt8]
  private var position = 0
  private let path: String

  init(_ bytes: [UInt8], path: String) {
    self.bytes = bytes
    self.path = path
  }

  /// Reads an object, calling `member` with each key to read its value.
  mutating func object(
    _ member: (inout HeaderScanner, String) throws(LembraError) -> Void
  ) throws(LembraError) {
    try list(from: "{", to: "}") { scanner throws(LembraError) in
      let key = try scanner.string()
      try scanner.expect(":")
      try member(&scanner, key)
    }
  }

  /// Reads an array of sizes.
  ///
  /// - Throws: also when there are more than `limit`, with what `tooMany` says of it.
  mutating func sizes(atMost limit: Int, tooMany: String) throws(LembraError) -> [Int] {
    var sizes: [Int] = []
    try list(from: "[", to: "]") { scanner throws(LembraError) in
      guard sizes.count < limit else { throw scanner.fault(tooMany) }
      sizes.append(try scanner.size())
    }
    return sizes
  }

  private mutating func list(
    from opening: Unicode.Scalar, to closing: Unicode.Scalar,
    _ item: (inout HeaderScanner) throws(LembraError) -> Void
  ) throws(LembraError) {
    try expect(opening)
    if take(closing) { return }
    repeat {
      try item(&self)
    } while take(",")
    try expect(closing)
  }

  /// Reads a string without control characters.
  mutating func string() throws(LembraError) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while true {
      guard position < bytes.count else { throw fault("a string has no end") }
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw fault("a string is not UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): text.append(contentsOf: String(try escape()).utf8)
      case 0..<0x20: throw fault("a string holds a control character")
      default: text.append(byte)
      }
    }
  }

  private mutating func escape() throws(LembraError) -> Unicode.Scalar {
    guard position < bytes.count else { throw fault("a string has no end") }
    let byte = bytes[position]
    position += 1
    switch Unicode.Scalar(byte) {
    case "\"", "\\", "/": return Unicode.Scalar(byte)
    case "b": return "\u{8}"
    case "f": return "\u{c}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u": return try unicodeEscape()
    default: throw fault("a string holds an unknown escape")
    }
  }

  /// Reads the digits of `\u` and, when they are half of a surrogate pair, the other half.
  private mutating func unicodeEscape() throws(LembraError) -> Unicode.Scalar {
    let unit = try hexadecimals()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard unit < 0xdc00, bytes[position...].starts(with: [0x5c, 0x75]) else {
      throw fault("a string holds half of a surrogate pair")
    }
    position += 2
    let low = try hexadecimals()
    guard (0xdc00..<0xe000).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00))
    else { throw fault("a string holds half of a surrogate pair") }
    return scalar
  }

  private mutating func hexadecimals() throws(LembraError) -> UInt32 {
    let digits = bytes[position...].prefix(4)
    guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw fault("an escape has not four hexadecimal digits") }
    position += 4
    return value
  }

  /// Reads an integer that is not negative, without fraction or exponent.
  private mutating func size() throws(LembraError) -> Int {
    skipBlanks()
    let digits = bytes[position...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard let value = Int(String(decoding: digits.prefix(20), as: UTF8.self)), digits.count < 20,
      digits.count == 1 || digits.first != UInt8(ascii: "0")
    else { throw fault("a size is no integer from 0 to \(Int.max)") }
    position += digits.count
    return value
  }

  /// Reads blanks to the end of the header.
  mutating func end() throws(LembraError) {
    skipBlanks()
    guard position == bytes.count else { throw fault("something follows the header's object") }
  }

  private mutating func skipBlanks() {
    while position < bytes.count, Self.isBlank(bytes[position]) {
      position += 1
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard position < bytes.count, Unicode.Scalar(bytes[position]) == scalar else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ scalar: Unicode.Scalar) throws(LembraError) {
    guard take(scalar) else { throw fault("\(scalar) is missing") }
  }

  /// The error of a header that cannot be read at the current position.
  func fault(_ what: String) -> LembraError {
    LembraError(
      .invalidFile, "the safetensors header is wrong at byte \(position): \(what)",
      remedy: "make sure that this is a .safetensors file and copy it again",
      at: .init(file: path))
  }
}
