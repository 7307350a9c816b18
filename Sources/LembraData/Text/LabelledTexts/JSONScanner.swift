/// Reads a JSON object (RFC 8259) from some of the bytes of a text.
struct JSONScanner {
  /// A value; numbers are kept as they are written.
  enum Value {
    case null
    case boolean(Bool)
    case number(String)
    case string(String)
    case array([Value])
    case object(Object)
  }

  /// The members of an object in the order of the text.
  struct Object {
    fileprivate(set) var names: [String] = []
    fileprivate(set) var values: [Value] = []

    /// The value of the last member called `name`.
    subscript(name: String) -> Value? {
      names.lastIndex(of: name).map { values[$0] }
    }
  }

  /// What is wrong with a text, and where.
  struct Fault: Error {
    let reason: String
    /// The byte, counted from 0 at the beginning of the range.
    let offset: Int
  }

  /// How deep values may lie in each other, so that no file can exhaust the stack.
  private static let depthLimit = 64

  /// What stands for each letter behind a backslash.
  private static let escapes: [UInt8: Unicode.Scalar] = [
    UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/",
    UInt8(ascii: "b"): "\u{8}", UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n",
    UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
  ]

  private let bytes: [UInt8]
  private let range: Range<Int>
  private var position: Int

  init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    self.range = range
    position = range.lowerBound
  }

  /// Reads the object that the range holds, and nothing else.
  mutating func object() throws(Fault) -> Object {
    skipBlanks()
    guard next == UInt8(ascii: "{") else { throw fault("the line is no JSON object") }
    let object = try members(depth: 1)
    skipBlanks()
    guard next == nil else { throw fault("there is more than one JSON object") }
    return object
  }

  // MARK: - Values

  private mutating func value(depth: Int) throws(Fault) -> Value {
    guard depth <= Self.depthLimit else { throw fault("the values lie too deep in each other") }
    switch next {
    case UInt8(ascii: "{"): return .object(try members(depth: depth + 1))
    case UInt8(ascii: "["): return .array(try elements(depth: depth + 1))
    case UInt8(ascii: "\""): return .string(try string())
    case let byte? where byte == UInt8(ascii: "-") || Self.isDigit(byte):
      return .number(try number())
    default: return try word()
    }
  }

  private mutating func members(depth: Int) throws(Fault) -> Object {
    var object = Object()
    position += 1
    skipBlanks()
    if take("}") { return object }
    while true {
      skipBlanks()
      guard next == UInt8(ascii: "\"") else { throw fault("the name of a member is missing") }
      object.names.append(try string())
      skipBlanks()
      guard take(":") else { throw fault("a colon is missing behind the name of a member") }
      skipBlanks()
      object.values.append(try value(depth: depth))
      skipBlanks()
      if take("}") { return object }
      guard take(",") else { throw fault("a comma or a closing brace is missing") }
    }
  }

  private mutating func elements(depth: Int) throws(Fault) -> [Value] {
    var values: [Value] = []
    position += 1
    skipBlanks()
    if take("]") { return values }
    while true {
      skipBlanks()
      values.append(try value(depth: depth))
      skipBlanks()
      if take("]") { return values }
      guard take(",") else { throw fault("a comma or a closing bracket is missing") }
    }
  }

  private mutating func word() throws(Fault) -> Value {
    let words: [(String, Value)] = [
      ("null", .null), ("true", .boolean(true)), ("false", .boolean(false)),
    ]
    for (word, value) in words where bytes[position..<range.upperBound].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw fault(next == nil ? "the line ends too early" : "this is no JSON value")
  }

  private mutating func number() throws(Fault) -> String {
    let start = position
    _ = take("-")
    let isZero = take("0")
    guard isZero || skipDigits() > 0 else { throw fault("a digit is missing") }
    if take(".") {
      guard skipDigits() > 0 else { throw fault("a digit is missing") }
    }
    if take("e") || take("E") {
      _ = take("+") || take("-")
      guard skipDigits() > 0 else { throw fault("a digit is missing") }
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  // MARK: - Strings

  private mutating func string() throws(Fault) -> String {
    position += 1
    var text = ""
    while true {
      let start = position
      while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
        position += 1
      }
      text += String(decoding: bytes[start..<position], as: UTF8.self)
      if take("\"") { return text }
      guard next == UInt8(ascii: "\\") else {
        throw fault(next == nil ? "a string is never closed" : "a string holds a control character")
      }
      position += 1
      text.unicodeScalars.append(try escaped())
    }
  }

  private mutating func escaped() throws(Fault) -> Unicode.Scalar {
    if let scalar = next.flatMap({ Self.escapes[$0] }) {
      position += 1
      return scalar
    }
    guard take("u") else { throw fault("this escape means nothing") }
    let unit = try codeUnit()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard unit < 0xDC00, take("\\"), take("u"), case let low = try codeUnit(),
      (0xDC00..<0xE000).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + UInt32(low) - 0xDC00)
    else { throw fault("half of a surrogate pair stands alone") }
    return scalar
  }

  private mutating func codeUnit() throws(Fault) -> UInt16 {
    let end = position + 4
    guard end <= range.upperBound,
      bytes[position..<end].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let unit = UInt16(String(decoding: bytes[position..<end], as: UTF8.self), radix: 16)
    else { throw fault("an escape has no four hexadecimal digits") }
    position = end
    return unit
  }

  // MARK: - Bytes

  private var next: UInt8? { position < range.upperBound ? bytes[position] : nil }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func skipBlanks() {
    while let byte = next, byte.isBlank { position += 1 }
  }

  private mutating func skipDigits() -> Int {
    let start = position
    while let byte = next, Self.isDigit(byte) { position += 1 }
    return position - start
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private func fault(_ reason: String) -> Fault {
    Fault(reason: reason, offset: position - range.lowerBound)
  }
}
