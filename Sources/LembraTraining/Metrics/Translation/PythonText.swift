/// Texts as Python has them, where sacreBLEU comes from.
///
/// A text is a sequence of code points: `é` and `e` with an accent differ, and what looks like one
/// character, such as a family of emoji, may be many. Swift's `String` and `Character` compare what
/// texts look like, so that scores would differ from sacreBLEU's.
package enum PythonText {
  /// `str.isspace()` of one code point, which is where `str.split()` separates words.
  package static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\u{9}"..."\u{D}", "\u{1C}"..."\u{20}", "\u{85}", "\u{A0}", "\u{1680}",
      "\u{2000}"..."\u{200A}", "\u{2028}", "\u{2029}", "\u{202F}", "\u{205F}", "\u{3000}":
      true
    default: false
    }
  }

  /// `str.split()`.
  package static func words(of text: [Unicode.Scalar]) -> [ArraySlice<Unicode.Scalar>] {
    text.split(whereSeparator: isSpace)
  }

  /// The code points of a text; `isLowercased` for those of `str.lower()`.
  package static func scalars(of text: String, isLowercased: Bool) -> [Unicode.Scalar] {
    let scalars = Array(text.unicodeScalars)
    guard isLowercased else { return scalars }
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(scalars.count)
    for (place, scalar) in scalars.enumerated() {
      switch scalar {
      case "A"..."Z": result.append(Unicode.Scalar(UInt8(scalar.value) + 32))
      case _ where scalar.isASCII: result.append(scalar)
      case "Σ": result.append(isFinalSigma(at: place, in: scalars) ? "ς" : "σ")
      default: result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
      }
    }
    return result
  }

  /// Whether a capital sigma ends a word: a cased letter is before it and none after it, however
  /// many code points are between that case does not concern, such as accents and apostrophes.
  ///
  /// The condition `Final_Sigma` of the Unicode Standard, section 3.13.
  private static func isFinalSigma(at place: Int, in text: [Unicode.Scalar]) -> Bool {
    func isCased(_ scalar: Unicode.Scalar?) -> Bool { scalar?.properties.isCased ?? false }
    return isCased(text[..<place].last { !$0.properties.isCaseIgnorable })
      && !isCased(text[(place + 1)...].first { !$0.properties.isCaseIgnorable })
  }
}
