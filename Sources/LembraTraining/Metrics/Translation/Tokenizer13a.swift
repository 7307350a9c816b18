/// Cuts a line into words and marks as `mteval-v13a.pl` does, NIST's script for the evaluation of
/// translations, in the form in which sacreBLEU has it under the name `13a`.
///
/// Marks stand alone, but for `'`, `-` after anything but a digit, and `.` and `,` between digits.
/// Only ASCII's digits and marks count.
package enum Tokenizer13a {
  /// The tokens of a line.
  package static func tokens(of line: [Unicode.Scalar]) -> [ArraySlice<Unicode.Scalar>] {
    var end = line.endIndex
    while end > 0 && PythonText.isSpace(line[end - 1]) { end -= 1 }
    var text = Array(line[..<end])
    for (name, meaning) in replacements { text = replacing(name, by: meaning, in: text) }
    text = spacingMarks(in: [" "] + text + [" "])
    text = spacingPairs(in: text, of: { !isDigit($0) }, and: isPoint)
    text = spacingPairs(in: text, of: isPoint, and: { !isDigit($0) }, isFirstApart: true)
    text = spacingPairs(in: text, of: isDigit, and: { $0 == "-" })
    return PythonText.words(of: text)
  }

  /// What is replaced first, one after the other: `&amp;lt;` is `<` in the end.
  private static let replacements: [([Unicode.Scalar], [Unicode.Scalar])] = [
    ("<skipped>", ""), ("-\n", ""), ("\n", " "),
    ("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"),
  ].map { (name: String, meaning: String) in
    (Array(name.unicodeScalars), Array(meaning.unicodeScalars))
  }

  /// `str.replace(name, meaning)`.
  private static func replacing(
    _ name: [Unicode.Scalar], by meaning: [Unicode.Scalar], in text: [Unicode.Scalar]
  ) -> [Unicode.Scalar] {
    guard text.contains(name[0]) else { return text }
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(text.count)
    var place = 0
    while place < text.count {
      if text[place] == name[0] && text[place...].starts(with: name) {
        result += meaning
        place += name.count
      } else {
        result.append(text[place])
        place += 1
      }
    }
    return result
  }

  /// Spaces around every mark.
  private static func spacingMarks(in text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(text.count * 2)
    for scalar in text {
      switch scalar {
      case "{"..."~", "["..."`", " "..."&", "("..."+", ":"..."@", "/": result += [" ", scalar, " "]
      default: result.append(scalar)
      }
    }
    return result
  }

  /// A space between two code points of certain kinds, and one after them, or before if
  /// `isFirstApart`.
  ///
  /// Pairs are looked for from the left and do not overlap, as `re.sub` has it.
  private static func spacingPairs(
    in text: [Unicode.Scalar], of isFirst: (Unicode.Scalar) -> Bool,
    and isSecond: (Unicode.Scalar) -> Bool, isFirstApart: Bool = false
  ) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(text.count * 2)
    var place = 0
    while place < text.count {
      let first = text[place]
      if place + 1 < text.count && isFirst(first) && isSecond(text[place + 1]) {
        let second = text[place + 1]
        result += isFirstApart ? [" ", first, " ", second] : [first, " ", second, " "]
        place += 2
      } else {
        result.append(first)
        place += 1
      }
    }
    return result
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  private static func isPoint(_ scalar: Unicode.Scalar) -> Bool { scalar == "." || scalar == "," }
}
