/// A document of XML or of HTML in XML form, written element by element; all text is escaped.
struct Markup {
  /// Names and values in the order in which they are written.
  struct Attributes: ExpressibleByDictionaryLiteral {
    var list: [(name: String, value: String)]

    init(dictionaryLiteral elements: (String, String)...) {
      list = elements.map { (name: $0.0, value: $0.1) }
    }

    static func + (first: Attributes, second: Attributes) -> Attributes {
      var result = first
      result.list += second.list
      return result
    }
  }

  private(set) var text = ""

  /// Writes an element with what `content` writes between its tags.
  mutating func element(
    _ name: String, _ attributes: Attributes = [:], _ content: (inout Markup) -> Void
  ) {
    open(name, attributes)
    text += ">"
    content(&self)
    text += "</\(name)>"
  }

  /// Writes an element that holds `content` as text.
  mutating func element(_ name: String, _ attributes: Attributes = [:], text content: String) {
    element(name, attributes) { $0.write(content) }
  }

  /// Writes an element without content.
  mutating func empty(_ name: String, _ attributes: Attributes = [:]) {
    open(name, attributes)
    text += "/>"
  }

  /// Writes text, escaped.
  mutating func write(_ content: String) {
    text += Markup.escaped(content)
  }

  /// Writes what is markup already.
  mutating func write(markup: String) {
    text += markup
  }

  private mutating func open(_ name: String, _ attributes: Attributes) {
    text += "<\(name)"
    for (name, value) in attributes.list { text += " \(name)=\"\(Markup.escaped(value))\"" }
  }

  /// Returns `text` with the five signs of XML escaped.
  ///
  /// Characters that no XML document may hold become U+FFFD.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n": result.unicodeScalars.append(scalar)
      case "\u{0}"..<" ", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
