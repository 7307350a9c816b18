import LembraTensor

/// Reads JSON (RFC 8259), and says in which line it is damaged.
struct JSONParser {
  private let bytes: [UInt8]
  private let file: String?
  private var position = 0

  /// - Throws: `LembraError` with code `invalidFile` when the bytes are no JSON in UTF-8.
  static func parse(_ bytes: [UInt8], file: String?) throws(LembraError) -> JSONValue {
    var parser = JSONParser(bytes: bytes, file: file)
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw parser.fault("the file is no text in UTF-8")
    }
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.position == bytes.count else {
      throw parser.fault("something follows the end of the document")
    }
    return value
  }

  private init(bytes: [UInt8], file: String?) {
    self.bytes = bytes
    self.file = file
  }

  private func fault(_ what: String) -> LembraError {
    let isAtEnd = position >= bytes.count && !bytes.isEmpty
    let line = 1 + bytes.prefix(position).count { $0 == 0x0A }
    return LembraError(
      .invalidFile, isAtEnd ? "the file is cut off: \(what)" : what,
      remedy: "copy or save the file again", at: .init(file: file, line: line))
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  /// The next byte that is no white space.
  private mutating func peek() -> UInt8? {
    skipSpace()
    return position < bytes.count ? bytes[position] : nil
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func take(word: String) -> Bool {
    guard bytes[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  private mutating func value(depth: Int) throws(LembraError) -> JSONValue {
    guard depth < 100 else { throw fault("too many lists and objects are inside each other") }
    switch peek() {
    case UInt8(ascii: "{"): return .object(try object(depth))
    case UInt8(ascii: "["): return .array(try array(depth))
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), (UInt8(ascii: "0")...UInt8(ascii: "9"))?: return .number(try number())
    case nil: throw fault("a value is missing")
    default:
      if take(word: "true") { return .bool(true) }
      if take(word: "false") { return .bool(false) }
      if take(word: "null") { return .null }
      throw fault("this is no JSON")
    }
  }

  private mutating func object(
    _ depth: Int
  ) throws(LembraError) -> [(name: String, value: JSONValue)] {
    position += 1
    var members: [(name: String, value: JSONValue)] = []
    guard !take("}") else { return members }
    repeat {
      guard peek() == UInt8(ascii: "\"") else { throw fault("a name is missing") }
      let name = try string()
      guard take(":") else { throw fault("a colon is missing") }
      members.append((name, try value(depth: depth + 1)))
    } while take(",")
    guard take("}") else { throw fault("an object is not closed") }
    return members
  }

  private mutating func array(_ depth: Int) throws(LembraError) -> [JSONValue] {
    position += 1
    var values: [JSONValue] = []
    guard !take("]") else { return values }
    repeat { values.append(try value(depth: depth + 1)) } while take(",")
    guard take("]") else { throw fault("a list is not closed") }
    return values
  }

  private mutating func number() throws(LembraError) -> Double {
    let start = position
    while position < bytes.count, "+-0123456789.eE".utf8.contains(bytes[position]) {
      position += 1
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard let number = Double(text), number.isFinite else { throw fault("a number is damaged") }
    return number
  }

  // MARK: - Strings

  private mutating func string() throws(LembraError) -> String {
    position += 1
    var text: [UInt8] = []
    while true {
      let start = position
      while position < bytes.count, bytes[position] != 0x22, bytes[position] != 0x5C,
        bytes[position] >= 0x20
      {
        position += 1
      }
      text.append(contentsOf: bytes[start..<position])
      guard position < bytes.count else { throw fault("a text is not closed") }
      switch bytes[position] {
      case 0x22:
        position += 1
        return String(decoding: text, as: UTF8.self)
      case 0x5C:
        position += 1
        text.append(scalar: try escape())
      default: throw fault("a text has a control character")
      }
    }
  }

  private mutating func escape() throws(LembraError) -> UInt32 {
    guard position < bytes.count else { throw fault("a text is not closed") }
    let character = bytes[position]
    position += 1
    switch character {
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "b"): return 0x08
    case UInt8(ascii: "f"): return 0x0C
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UInt32(character)
    case UInt8(ascii: "u"):
      let first = try codeUnit()
      guard 0xD800...0xDBFF ~= first else {
        guard Unicode.Scalar(first) != nil else { throw fault("half a character is missing") }
        return first
      }
      guard take(word: "\\u") else { throw fault("half a character is missing") }
      let second = try codeUnit()
      guard 0xDC00...0xDFFF ~= second else { throw fault("half a character is missing") }
      return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
    default: throw fault("a text has an unknown escape")
    }
  }

  private mutating func codeUnit() throws(LembraError) -> UInt32 {
    let digits = bytes[position...].prefix(4)
    guard digits.count == 4, !digits.contains(UInt8(ascii: "+")),
      let unit = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw fault("an escaped character is damaged") }
    position += 4
    return unit
  }
}
