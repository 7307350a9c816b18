/// The cleaning of BERT's basic tokenizer (Devlin and others, 2019).
struct BertNormalization: Hashable, Codable, Sendable {
  /// Whether control characters are left out, and all white space becomes a space.
  var cleansText: Bool
  /// Whether Chinese characters stand between spaces, so that each is a word.
  var separatesChinese: Bool
  var stripsAccents: Bool
  var lowercases: Bool

  func callAsFunction(_ text: MarkedText) -> MarkedText {
    var text = text
    if cleansText { text = text.filtered(Self.cleansed) }
    if separatesChinese { text = Self.separated(text) }
    if stripsAccents {
      text = UnicodeForm.nfd(text).filtered { ScalarClasses.isNonspacingMark($0) ? nil : $0 }
    }
    if lowercases { text = TextNormalization.lowercased(text) }
    return text
  }

  private static func cleansed(_ value: UInt32) -> UInt32? {
    switch value {
    case 0x09, 0x0A, 0x0D: 0x20
    case 0, 0xFFFD: nil
    case 0x20...0x7E: value
    default:
      ScalarClasses.isControl(value)
        ? nil : ScalarClasses.isWhitespace(value) ? 0x20 : value
    }
  }

  private static func separated(_ text: MarkedText) -> MarkedText {
    guard !text.bytes.span.isASCII else { return text }
    return text.mapped { value, _, result in
      let isChinese = isChinese(value)
      if isChinese { result.append(0x20) }
      result.append(scalar: value)
      if isChinese { result.append(0x20) }
    }
  }

  /// Whether a scalar is one of the ideographs that Chinese is written with.
  private static func isChinese(_ value: UInt32) -> Bool {
    switch value {
    case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x2A6DF, 0x2A700...0x2B73F,
      0x2B740...0x2B81F, 0x2B920...0x2CEAF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }
}
