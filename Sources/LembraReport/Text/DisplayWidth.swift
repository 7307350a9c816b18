extension Character {
  /// How many columns of a terminal this character takes: 0, 1 or 2.
  var displayWidth: Int {
    unicodeScalars.reduce(0) { max($0, $1.displayWidth) }
  }
}

extension Unicode.Scalar {
  /// Follows the East Asian Width property for scripts in use, and terminals for emoji.
  fileprivate var displayWidth: Int {
    if value < 0x300 { return 1 }
    if value == 0xFE0F { return 2 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return isWide ? 2 : 1
    }
  }

  /// Whether East Asian typography gives this character a full square.
  var isWide: Bool {
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
      0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF,
      0x1B000...0x1B2FF, 0x1F1E6...0x1F1FF, 0x20000...0x3FFFD:
      true
    default: properties.isEmojiPresentation
    }
  }
}

extension StringProtocol {
  /// How many columns of a terminal this text takes.
  package var displayWidth: Int {
    reduce(0) { $0 + $1.displayWidth }
  }

  /// The longest start of this text that takes at most `width` columns.
  func prefix(displayWidth width: Int) -> SubSequence {
    var taken = 0
    return prefix { character in
      taken += character.displayWidth
      return taken <= width
    }
  }

  /// This text in at most `width` columns, with `…` where something was cut.
  func shortened(toDisplayWidth width: Int) -> String {
    guard displayWidth > width else { return String(self) }
    guard width > 0 else { return "" }
    return String(prefix(displayWidth: width - 1)) + "…"
  }

  /// This text with signs that would move a terminal's cursor made harmless, on one line.
  var onOneLine: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { scalar in
          switch scalar.properties.generalCategory {
          case .control: scalar == "\t" || scalar == "\n" || scalar == "\r" ? " " : "\u{FFFD}"
          case .lineSeparator, .paragraphSeparator: " "
          case .format: scalar.properties.isBidiControl ? "\u{FFFD}" : scalar
          default: scalar
          }
        }))
  }
}
