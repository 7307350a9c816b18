import LembraTensor

/// A step that rewrites the text before it is split.
enum TextNormalization: Hashable, Codable, Sendable {
  case unicode(form: UnicodeForm)
  case lowercase
  /// Without scalars of the category mark, which only decomposed text has.
  case stripAccents
  case bert(cleaning: BertNormalization)
  /// Without white space at the ends.
  case strip(left: Bool, right: Bool)
  case replace(pattern: TextPattern, content: String)
  /// With a text in front, unless there is none to put it in front of.
  case prepend(text: String)
  /// Without control characters and with plain spaces, as in Google's translation models.
  case controls
  case characterMap(map: CharacterMap)
}

/// The steps of a tokenizer's normalisation, ready to run.
struct TextNormalizer: Sendable {
  private enum Step: Sendable {
    case plain(TextNormalization)
    case replace(TextMatcher, with: [UInt8])
  }

  private let steps: [Step]

  /// - Throws: `LembraError` when a pattern is not supported.
  init(_ steps: [TextNormalization]) throws(LembraError) {
    var compiled: [Step] = []
    for step in steps {
      if case .replace(let pattern, let content) = step {
        compiled.append(.replace(try TextMatcher(pattern), with: Array(content.utf8)))
      } else {
        compiled.append(.plain(step))
      }
    }
    self.steps = compiled
  }

  /// The text after all steps.
  func callAsFunction(_ text: MarkedText) -> MarkedText {
    var text = text
    for step in steps {
      switch step {
      case .plain(let step): step.apply(to: &text)
      case .replace(let matcher, let content): text = matcher.replacing(in: text, with: content)
      }
    }
    return text
  }
}

extension TextNormalization {
  fileprivate func apply(to text: inout MarkedText) {
    switch self {
    case .unicode(let form): text = form(text)
    case .lowercase: text = Self.lowercased(text)
    case .stripAccents: text = text.filtered { ScalarClasses.isMark($0) ? nil : $0 }
    case .bert(let bert): text = bert(text)
    case .strip(let left, let right): Self.strip(&text, left: left, right: right)
    // With its pattern compiled it is a step of its own.
    case .replace: break
    case .prepend(let prefix):
      guard !text.bytes.isEmpty else { return }
      text.bytes = Array(prefix.utf8) + text.bytes
      if text.start > 0 { text.start += prefix.utf8.count }
    case .controls: text = text.filtered(Self.withoutControls)
    case .characterMap(let map): text = map(text)
    }
  }

  /// The text with every scalar in lower case, without regard to those around it.
  static func lowercased(_ text: MarkedText) -> MarkedText {
    text.mapped { value, range, result in
      if value < 0x80 {
        let isUpper = (0x41...0x5A).contains(value)
        result.append(UInt8(isUpper ? value | 0x20 : value))
      } else if let scalar = Unicode.Scalar(value), scalar.properties.changesWhenLowercased {
        result.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
      } else {
        result.append(contentsOf: text.bytes[range])
      }
    }
  }

  private static func strip(_ text: inout MarkedText, left: Bool, right: Bool) {
    var range = 0..<text.bytes.count
    while left, !range.isEmpty {
      let (value, length) = text.bytes.span.scalar(at: range.lowerBound)
      guard ScalarClasses.isWhitespace(value) else { break }
      range = range.lowerBound + length..<range.upperBound
    }
    while right, !range.isEmpty {
      let start = text.bytes.span.scalarStart(before: range.upperBound)
      guard ScalarClasses.isWhitespace(text.bytes.span.scalar(at: start).value) else { break }
      range = range.lowerBound..<start
    }
    text = text[range]
  }

  private static func withoutControls(_ value: UInt32) -> UInt32? {
    switch value {
    case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F: nil
    case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD:
      0x20
    default: value
    }
  }
}
