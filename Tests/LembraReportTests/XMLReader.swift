/// An element of a document that was read.
struct Element {
  var name: String
  var attributes: [String: String]
  /// The text directly inside.
  var text = ""
  var parent: Int?
}

/// What is wrong with a document and after how many characters.
struct MalformedXML: Error {
  var reason: String
  var position: Int
}

/// Reads the XML that reports are made of and throws where it is not well-formed.
struct XMLReader {
  private(set) var elements: [Element] = []
  private let characters: [Unicode.Scalar]
  private var position = 0
  private var open: [Int] = []

  /// The elements of `document` in the order of their start tags.
  static func elements(of document: String) throws -> [Element] {
    var reader = XMLReader(document)
    try reader.read()
    return reader.elements
  }

  private init(_ document: String) {
    let doctype = "<!DOCTYPE html>\n"
    characters = Array(
      (document.hasPrefix(doctype) ? document.dropFirst(doctype.count) : document[...])
        .unicodeScalars)
  }

  private mutating func read() throws {
    while position < characters.count {
      if characters[position] != "<" {
        let text = try decoded(until: "<")
        if let inner = open.last {
          elements[inner].text += text
        } else if text.contains(where: { $0 != "\n" }) {
          throw malformed("text outside of the root")
        }
      } else if position + 1 < characters.count, characters[position + 1] == "/" {
        try readEndTag()
      } else {
        try readStartTag()
      }
    }
    if !open.isEmpty { throw malformed("unclosed <\(elements[open[0]].name)>") }
    if elements.isEmpty { throw malformed("no root") }
  }

  private mutating func readStartTag() throws {
    if open.isEmpty && !elements.isEmpty { throw malformed("a second root") }
    position += 1
    var element = Element(name: try name(), attributes: [:], parent: open.last)
    while true {
      let hadSpace = skipSpaces()
      if take("/>") {
        elements.append(element)
        return
      }
      if take(">") {
        open.append(elements.count)
        elements.append(element)
        return
      }
      guard hadSpace else { throw malformed("no space before an attribute") }
      let key = try name()
      guard take("=\"") else { throw malformed("no value for \(key)") }
      let value = try decoded(until: "\"")
      guard take("\"") else { throw malformed("unclosed value of \(key)") }
      guard element.attributes.updateValue(value, forKey: key) == nil else {
        throw malformed("\(key) is there twice")
      }
    }
  }

  private mutating func readEndTag() throws {
    position += 2
    let name = try name()
    guard take(">") else { throw malformed("unclosed </\(name)") }
    guard let last = open.popLast(), elements[last].name == name else {
      throw malformed("</\(name)> closes nothing")
    }
  }

  private mutating func name() throws -> String {
    let start = position
    while position < characters.count,
      characters[position].properties.isAlphabetic || characters[position].properties.isDash
        || ("0"..."9").contains(characters[position])
    {
      position += 1
    }
    guard position > start else { throw malformed("a name is missing") }
    return text(start..<position)
  }

  private mutating func decoded(until end: Unicode.Scalar) throws -> String {
    let references = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "#39": "'"]
    var result = ""
    while position < characters.count, characters[position] != end {
      let scalar = characters[position]
      if scalar == "<" { throw malformed("a bare <") }
      if scalar.value < 0x20 && scalar != "\t" && scalar != "\n" {
        throw malformed("U+\(String(scalar.value, radix: 16))")
      }
      position += 1
      guard scalar == "&" else {
        result.unicodeScalars.append(scalar)
        continue
      }
      guard let semicolon = characters[position...].firstIndex(of: ";"),
        let character = references[text(position..<semicolon)]
      else { throw malformed("a bare &") }
      result += character
      position = semicolon + 1
    }
    return result
  }

  private mutating func skipSpaces() -> Bool {
    let start = position
    while position < characters.count, [" ", "\n"].contains(characters[position]) { position += 1 }
    return position > start
  }

  private mutating func take(_ token: String) -> Bool {
    let token = Array(token.unicodeScalars)
    guard characters[position...].starts(with: token) else { return false }
    position += token.count
    return true
  }

  private func text(_ range: Range<Int>) -> String {
    String(String.UnicodeScalarView(characters[range]))
  }

  private func malformed(_ reason: String) -> MalformedXML {
    MalformedXML(reason: reason, position: position)
  }
}
