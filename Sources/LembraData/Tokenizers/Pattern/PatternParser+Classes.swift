import LembraTensor

extension PatternParser {
  /// What stands behind a backslash: one scalar, or a set of them.
  enum Escape {
    case scalar(UInt32)
    case set(ScalarSet)
    /// A word character, or any other.
    case word(isNegated: Bool)

    /// The set inside a class.
    func set(ignoringCase: Bool) -> ScalarSet {
      switch self {
      case .scalar(let scalar): ScalarSet(scalar, ignoringCase: ignoringCase)
      case .set(let set): set
      case .word(let isNegated): ScalarSet(classes: ScalarClasses.word, isNegated: isNegated)
      }
    }
  }

  /// The word characters outside of a class, where Oniguruma counts small numbers and fractions of
  /// Latin-1 among them.
  static func words(isNegated: Bool) -> ScalarSet {
    let numbers = ScalarSet(0xB2...0xB3, 0xB9...0xB9, 0xBC...0xBE)
    return ScalarSet([ScalarSet(classes: ScalarClasses.word), numbers], isNegated: isNegated)
  }

  /// Reads what follows a backslash.
  mutating func escape() throws(LembraError) -> Escape {
    guard let scalar = next else { throw fault("ends with a backslash") }
    position += 1
    switch scalar {
    case "n": return .scalar(0x0A)
    case "r": return .scalar(0x0D)
    case "t": return .scalar(0x09)
    case "f": return .scalar(0x0C)
    case "v": return .scalar(0x0B)
    case "a": return .scalar(0x07)
    case "e": return .scalar(0x1B)
    case "s": return .set(ScalarSet(classes: ScalarClasses.whitespace))
    case "S": return .set(ScalarSet(classes: ScalarClasses.whitespace, isNegated: true))
    case "d": return .set(ScalarSet(classes: ScalarClasses.decimal))
    case "D": return .set(ScalarSet(classes: ScalarClasses.decimal, isNegated: true))
    case "w": return .word(isNegated: false)
    case "W": return .word(isNegated: true)
    case "p": return .set(try property(isNegated: false))
    case "P": return .set(try property(isNegated: true))
    case "x": return .scalar(try hexadecimal(digits: 2))
    case "u": return .scalar(try hexadecimal(digits: 4))
    default:
      // Behind a backslash, signs stand for themselves; letters and digits have a meaning.
      guard !scalar.properties.isAlphabetic, scalar.properties.numericType == nil else {
        throw fault("has \\\(scalar), which is not supported")
      }
      return .scalar(scalar.value)
    }
  }

  /// Reads a property of Unicode: `L` or `{L}` or `{Lu}` or `{^L}`.
  private mutating func property(isNegated: Bool) throws(LembraError) -> ScalarSet {
    guard take("{"), let end = scalars[position...].firstIndex(of: "}") else {
      throw fault("has a property without braces")
    }
    var name = String(String.UnicodeScalarView(scalars[position..<end]))
    position = end + 1
    var isNegated = isNegated
    if name.hasPrefix("^") {
      name.removeFirst()
      isNegated.toggle()
    }
    let mask =
      switch name.lowercased() {
      case "alpha", "alphabetic": ScalarClasses.alphabetic
      case "space", "white_space": ScalarClasses.whitespace
      case "letter": ScalarClasses.letter
      case "number": ScalarClasses.number
      case "punctuation": ScalarClasses.punctuation
      case "mark": ScalarClasses.mark
      default: ScalarClasses.mask(name)
      }
    guard mask != 0, name.utf8.count >= 1 else {
      throw fault("names the property \(quoted(name)), which is not supported")
    }
    return ScalarSet(classes: mask, isNegated: isNegated)
  }

  private mutating func hexadecimal(digits: Int) throws(LembraError) -> UInt32 {
    var text = scalars[position...].prefix(digits)
    if take("{") {
      text = scalars[position...].prefix { $0 != "}" }
      position += 1
    }
    position += text.count
    let digits = String(String.UnicodeScalarView(text))
    guard position <= scalars.count, let value = UInt32(digits, radix: 16),
      Unicode.Scalar(value) != nil
    else { throw fault("has a number that is no character") }
    return value
  }

  /// Reads a class from its opening bracket on.
  mutating func characterClass(ignoringCase: Bool) throws(LembraError) -> ScalarSet {
    try characterClass(ignoringCase: ignoringCase, depth: 0)
  }

  private mutating func characterClass(
    ignoringCase: Bool, depth: Int
  ) throws(LembraError) -> ScalarSet {
    guard depth < 20 else { throw fault("has too many classes inside each other") }
    position += 1
    let isNegated = take("^")
    var parts: [ScalarSet] = []
    var isFirst = true
    while true {
      guard let scalar = next else { throw fault("lacks a closing bracket") }
      if scalar == "]", !isFirst { break }
      isFirst = false
      if scalar == "[" {
        guard !scalars[position...].starts(with: ["[", ":"]) else {
          throw fault("has a class of POSIX, which is not supported")
        }
        parts.append(try characterClass(ignoringCase: ignoringCase, depth: depth + 1))
        continue
      }
      if take("&&") { throw fault("has an intersection of classes, which is not supported") }
      parts.append(try member(ignoringCase: ignoringCase))
    }
    position += 1
    return ScalarSet(parts, isNegated: isNegated)
  }

  /// Reads a scalar, a range or a set inside a class.
  private mutating func member(ignoringCase: Bool) throws(LembraError) -> ScalarSet {
    let first = try classScalar()
    guard case .scalar(let low) = first else {
      let set = first.set(ignoringCase: false)
      // Of letters in one case only, those in the other would have to be added.
      guard !ignoringCase || set.contains(0x61) == set.contains(0x41) else {
        throw fault("asks for one case where the case is ignored")
      }
      return set
    }
    // At the end of a class a hyphen stands for itself.
    guard next == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else {
      return ScalarSet(low, ignoringCase: ignoringCase)
    }
    position += 1
    guard case .scalar(let high) = try classScalar(), low <= high else {
      throw fault("has a range whose ends do not fit")
    }
    guard ignoringCase else { return ScalarSet(low...high) }
    guard high - low < 1000 else { throw fault("ignores the case of a large range") }
    return ScalarSet((low...high).map { ScalarSet($0, ignoringCase: true) })
  }

  private mutating func classScalar() throws(LembraError) -> Escape {
    guard let scalar = next else { throw fault("lacks a closing bracket") }
    position += 1
    guard scalar == "\\" else { return .scalar(scalar.value) }
    // Inside a class this is a backspace.
    return take("b") ? .scalar(0x08) : try escape()
  }
}
