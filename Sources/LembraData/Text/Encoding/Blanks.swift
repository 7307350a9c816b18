extension String {
  /// Whether this text holds anything but white space.
  var hasInk: Bool {
    // Nearly every text begins with ink in ASCII.
    if let first = utf8.first, first > 0x20, first < 0x80 { return true }
    return unicodeScalars.contains { !$0.properties.isWhitespace }
  }

  /// This text without white space at its ends.
  package var withoutBlanks: String {
    func isInk(_ byte: UInt8?) -> Bool { byte.map { $0 > 0x20 && $0 < 0x80 } ?? true }
    if isInk(utf8.first), isInk(utf8.last) { return self }
    guard let start = firstIndex(where: { !$0.isWhitespace }),
      let end = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[start...end])
  }
}

extension UInt8 {
  /// Whether this is a blank or a tab.
  var isBlank: Bool { self == 0x20 || self == 0x09 }
}

extension [UInt8] {
  /// `range` without the blanks and tabs at its ends.
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, self[start].isBlank { start += 1 }
    while end > start, self[end - 1].isBlank { end -= 1 }
    return start..<end
  }
}
