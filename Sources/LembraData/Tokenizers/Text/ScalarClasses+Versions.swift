/// What the steps of `tokenizer.json` know of Unicode.
///
/// The library `tokenizers` has tables of version 8 for punctuation, control characters and the marks
/// that BERT strips, and of version 9 for other marks and for normalisation. To give its ids, later
/// scalars are left alone, and the few whose category changed since have the old one.
extension ScalarClasses {
  /// Whether a scalar was assigned in a version of Unicode.
  static func isAssigned(_ value: UInt32, by version: Int) -> Bool {
    guard let age = Unicode.Scalar(value)?.properties.age else { return false }
    return age.major < version || age.major == version && age.minor == 0
  }

  private static func contained(_ mask: UInt32, _ value: UInt32, by version: Int) -> Bool {
    contains(mask, value) && isAssigned(value, by: version)
  }

  /// Punctuation as of Unicode 8, and the signs of ASCII that Unicode calls symbols.
  static func isPunctuation(_ value: UInt32) -> Bool {
    switch value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E, 0x166D, 0x111C9: true
    case 0..<0x80: false
    default: contained(punctuation, value, by: 8)
    }
  }

  /// Control characters, formats and private use as of Unicode 8.
  static func isControl(_ value: UInt32) -> Bool {
    contained(other, value, by: 8) && !contains(unassigned, value)
  }

  /// Marks that take no room, as of Unicode 8.
  static func isNonspacingMark(_ value: UInt32) -> Bool {
    switch value {
    case 0..<0x300: false
    case 0x1734, 0x1171E: true
    case 0x1885, 0x1886, 0xA9BD, 0x111C9: false
    default: contained(nonspacingMark, value, by: 8)
    }
  }

  /// Marks of all kinds as of Unicode 9.
  static func isMark(_ value: UInt32) -> Bool {
    switch value {
    case 0..<0x300: false
    case 0x1CF2, 0x1CF3: true
    case 0x111C9: false
    default: contained(mark, value, by: 9)
    }
  }
}
