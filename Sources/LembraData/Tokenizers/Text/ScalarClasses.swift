/// What Unicode says of scalars.
///
/// A class is a bit of a mask: the bits 0 to 29 are the general categories in the order of
/// ``ScalarClasses/names``, and above them stand a few properties.
enum ScalarClasses {
  /// The two letters of the general categories.
  static let names = [
    "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi",
    "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn",
  ]

  /// The categories whose names begin with `prefix`, which is one letter or two; 0 if there are none.
  static func mask(_ prefix: String) -> UInt32 {
    names.indices.reduce(0) { names[$1].hasPrefix(prefix) ? $0 | 1 << UInt32($1) : $0 }
  }

  static let letter = mask("L")
  static let number = mask("N")
  static let punctuation = mask("P")
  static let mark = mask("M")
  static let nonspacingMark = mask("Mn")
  static let other = mask("C")
  static let unassigned = mask("Cn")
  static let decimal = mask("Nd")
  static let alphabetic: UInt32 = 1 << 30
  static let whitespace: UInt32 = 1 << 31

  /// What regular expressions call a word character: letters and what is written with them.
  static let word = alphabetic | mark | decimal | mask("Pc")

  /// Whether the scalar belongs to one of the classes of `mask`.
  @inline(__always)
  static func contains(_ mask: UInt32, _ value: UInt32) -> Bool {
    value < 0x180 ? near[Int(value)] & mask != 0 : found(mask, value)
  }

  static func isWhitespace(_ value: UInt32) -> Bool { contains(whitespace, value) }

  static func isWord(_ value: UInt32) -> Bool {
    // The joiners of zero width hold words together.
    contains(word, value) || value == 0x200C || value == 0x200D
  }

  /// The classes of the scalars of the Latin alphabet.
  ///
  /// A table of all would take longer to make than most texts to encode.
  private static let near: [UInt32] = (0..<0x180).map { value in
    (0..<32).reduce(0) { found(1 << $1, value) ? $0 | 1 << $1 : $0 }
  }

  private static func found(_ mask: UInt32, _ value: UInt32) -> Bool {
    guard let properties = Unicode.Scalar(value)?.properties else { return false }
    return mask & 1 << category(properties.generalCategory) != 0
      || mask & alphabetic != 0 && properties.isAlphabetic
      || mask & whitespace != 0 && properties.isWhitespace
  }

  /// The place of a category in `names`.
  private static func category(_ category: Unicode.GeneralCategory) -> UInt32 {
    switch category {
    case .uppercaseLetter: 0
    case .lowercaseLetter: 1
    case .titlecaseLetter: 2
    case .modifierLetter: 3
    case .otherLetter: 4
    case .nonspacingMark: 5
    case .spacingMark: 6
    case .enclosingMark: 7
    case .decimalNumber: 8
    case .letterNumber: 9
    case .otherNumber: 10
    case .connectorPunctuation: 11
    case .dashPunctuation: 12
    case .openPunctuation: 13
    case .closePunctuation: 14
    case .initialPunctuation: 15
    case .finalPunctuation: 16
    case .otherPunctuation: 17
    case .mathSymbol: 18
    case .currencySymbol: 19
    case .modifierSymbol: 20
    case .otherSymbol: 21
    case .spaceSeparator: 22
    case .lineSeparator: 23
    case .paragraphSeparator: 24
    case .control: 25
    case .format: 26
    case .surrogate: 27
    case .privateUse: 28
    default: 29
    }
  }
}
