/// How much room text takes in a drawing, estimated without a font.
///
/// System fonts differ, so the widths are those of a wide one (DejaVu Sans); text then fits its
/// place in every usual font.
enum TextMetrics {
  /// The width of `text` in pixels at a font size of `size` pixels.
  static func width(of text: String, size: Double) -> Double {
    text.unicodeScalars.reduce(0) { $0 + advance(of: $1) } * size
  }

  /// `text` within `width` pixels, with `…` where something was cut.
  static func shortened(_ text: String, to width: Double, size: Double) -> String {
    guard TextMetrics.width(of: text, size: size) > width else { return text }
    var room = width - TextMetrics.width(of: "…", size: size)
    let kept = text.prefix { character in
      room -= TextMetrics.width(of: String(character), size: size)
      return room >= 0
    }
    return kept + "…"
  }

  /// `text` in lines of at most `width` pixels, broken at spaces, the last one cut if need be.
  static func lines(
    of text: String, width: Double, size: Double, atMost limit: Int
  ) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ").map(String.init) {
      if let last = lines.last {
        let longer = last + " " + word
        let fits = TextMetrics.width(of: longer, size: size) <= width
        if fits || lines.count == limit {
          lines[lines.count - 1] = longer
          continue
        }
      }
      lines.append(word)
    }
    return lines.map { shortened($0, to: width, size: size) }
  }

  /// The width of one scalar as a part of the font size.
  private static func advance(of scalar: Unicode.Scalar) -> Double {
    switch scalar {
    case "i", "j", "l", "I", "'", "|": 0.31
    case " ", ".", ",", ":", ";", "!", "(", ")", "[", "]", "/", "f", "t", "r", "-": 0.42
    case "m", "w", "M", "W", "@", "%", "…", "—": 1.0
    case "A"..."Z", "±", "×", "−", "+", "=", "<", ">", "~", "#": 0.8
    case "⁰"..."⁹", "¹", "²", "³", "⁻": 0.45
    default:
      switch scalar.properties.generalCategory {
      case .nonspacingMark, .enclosingMark, .format: 0
      default: scalar.isWide ? 1.05 : scalar.value < 0x2000 ? 0.65 : 0.85
      }
    }
  }
}
