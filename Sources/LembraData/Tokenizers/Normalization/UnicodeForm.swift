/// The normalisation forms of Unicode (Unicode Standard Annex 15).
enum UnicodeForm: String, Hashable, Codable, Sendable {
  /// Canonically decomposed, and composed again.
  case nfc
  /// Canonically decomposed.
  case nfd
  /// Decomposed to what looks alike, such as `ﬁ` to `fi`, and composed.
  case nfkc
  /// Decomposed to what looks alike.
  case nfkd

  private var isCompatible: Bool { self == .nfkc || self == .nfkd }
  private var composes: Bool { self == .nfc || self == .nfkc }

  /// The text in this form.
  func callAsFunction(_ text: MarkedText) -> MarkedText {
    guard !text.bytes.span.isASCII else { return text }
    var entries = decomposed(text)
    if composes { Self.compose(&entries) }
    var result = MarkedText([], start: 0)
    result.bytes.reserveCapacity(text.bytes.count)
    for entry in entries {
      let isAtStart = entry.isFromStart && result.start == result.bytes.count
      result.bytes.append(scalar: entry.value)
      if isAtStart { result.start = result.bytes.count }
    }
    return result
  }

  /// A scalar and its combining class, which is 0 for those that marks are put to.
  private struct Entry {
    var value: UInt32
    var combiningClass: UInt8
    /// Whether it stems from the first character of the text.
    var isFromStart: Bool

    init(_ value: UInt32, isFromStart: Bool) {
      self.value = value
      self.isFromStart = isFromStart
      combiningClass = 0
      guard value >= 0x300, let properties = Unicode.Scalar(value)?.properties else { return }
      let found = properties.canonicalCombiningClass.rawValue
      if found > 0, ScalarClasses.isAssigned(value, by: 9) { combiningClass = found }
    }
  }

  private func decomposed(_ text: MarkedText) -> [Entry] {
    let tables = UnicodeTables.shared
    var entries: [Entry] = []
    entries.reserveCapacity(text.bytes.count)
    text.bytes.span.forEachScalar { value, range in
      let isFromStart = range.lowerBound < text.start
      if value < 0xA0 {
        entries.append(Entry(value, isFromStart: isFromStart))
      } else if let syllable = Hangul(value) {
        syllable.forEachPart { entries.append(Entry($0, isFromStart: isFromStart)) }
      } else if let targets = tables.canonicalDecomposition(of: value) {
        for target in tables.targets[targets] { append(target, isFromStart, to: &entries, tables) }
      } else {
        append(value, isFromStart, to: &entries, tables)
      }
    }
    Self.order(&entries)
    return entries
  }

  /// Appends a scalar without canonical decomposition.
  private func append(
    _ value: UInt32, _ isFromStart: Bool, to entries: inout [Entry], _ tables: UnicodeTables
  ) {
    guard isCompatible, let range = tables.compatibilityDecomposition(of: value) else {
      entries.append(Entry(value, isFromStart: isFromStart))
      return
    }
    for target in tables.targets[range] {
      entries.append(Entry(target, isFromStart: isFromStart))
    }
  }

  /// Sorts each run of marks by combining class, without changing the order of equals.
  private static func order(_ entries: inout [Entry]) {
    var start = 0
    while start < entries.count {
      guard entries[start].combiningClass > 0 else {
        start += 1
        continue
      }
      var end = start
      while end < entries.count, entries[end].combiningClass > 0 { end += 1 }
      if end - start > 1 {
        let marks = entries[start..<end].enumerated().sorted {
          ($0.element.combiningClass, $0.offset) < ($1.element.combiningClass, $1.offset)
        }
        entries.replaceSubrange(start..<end, with: marks.map(\.element))
      }
      start = end
    }
  }

  private static func compose(_ entries: inout [Entry]) {
    let tables = UnicodeTables.shared
    var starter: Int?
    var lastClass: UInt8 = 0
    var count = 0
    for index in entries.indices {
      let entry = entries[index]
      // A mark is put to the starter unless one of the same class, or another starter, is between.
      let isBlocked = starter.map { count > $0 + 1 && lastClass >= entry.combiningClass } ?? true
      if let starter, !isBlocked,
        let composed = Hangul.composition(of: entries[starter].value, entry.value)
          ?? tables.composition(of: entries[starter].value, entry.value)
      {
        entries[starter].value = composed
        continue
      }
      if entry.combiningClass == 0 { starter = count }
      lastClass = entry.combiningClass
      entries[count] = entry
      count += 1
    }
    entries.removeLast(entries.count - count)
  }
}

/// A syllable of Hangul, whose decomposition is arithmetic.
private struct Hangul {
  private let index: UInt32

  private static let base: UInt32 = 0xAC00
  private static let leading: UInt32 = 0x1100
  private static let vowel: UInt32 = 0x1161
  private static let trailing: UInt32 = 0x11A7

  init?(_ value: UInt32) {
    guard (Self.base..<Self.base + 11_172).contains(value) else { return nil }
    index = value - Self.base
  }

  func forEachPart(_ body: (UInt32) -> Void) {
    body(Self.leading + index / 588)
    body(Self.vowel + index % 588 / 28)
    if index % 28 > 0 { body(Self.trailing + index % 28) }
  }

  static func composition(of first: UInt32, _ second: UInt32) -> UInt32? {
    if (leading..<leading + 19).contains(first), (vowel..<vowel + 21).contains(second) {
      return base + (first - leading) * 588 + (second - vowel) * 28
    }
    if let syllable = Hangul(first), syllable.index % 28 == 0,
      (trailing + 1..<trailing + 28).contains(second)
    {
      return first + second - trailing
    }
    return nil
  }
}
