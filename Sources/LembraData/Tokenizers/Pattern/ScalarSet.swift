/// The scalars that one place of a pattern takes.
struct ScalarSet: Hashable, Sendable {
  /// Whether each scalar of ASCII is in the set, a bit each.
  private var low: UInt64 = 0
  private var high: UInt64 = 0
  private var classes: UInt32 = 0
  private var ranges: [ClosedRange<UInt32>] = []
  private var parts: [ScalarSet] = []
  private var isNegated = false

  init() {}

  init(classes: UInt32, isNegated: Bool = false) {
    self.classes = classes
    self.isNegated = isNegated
    tabulate()
  }

  init(_ ranges: ClosedRange<UInt32>...) {
    self.ranges = ranges
    tabulate()
  }

  /// The scalars of all `parts`, or with `isNegated` all others.
  init(_ parts: [ScalarSet], isNegated: Bool = false) {
    for part in parts {
      if part.isNegated || !part.parts.isEmpty {
        self.parts.append(part)
      } else {
        classes |= part.classes
        ranges += part.ranges
      }
    }
    self.isNegated = isNegated
    tabulate()
  }

  /// `scalar`, and without regard to case those that are the same letter.
  init(_ scalar: UInt32, ignoringCase: Bool) {
    var scalars: Set<UInt32> = [scalar]
    if ignoringCase, let properties = Unicode.Scalar(scalar)?.properties {
      for mapping in [properties.lowercaseMapping, properties.uppercaseMapping]
      where mapping.unicodeScalars.count == 1 {
        scalars.formUnion(mapping.unicodeScalars.map(\.value))
      }
      // The letters that have a third form: the long s, the signs of Kelvin and of Angstrom.
      for (letter, third) in [(0x73, 0x17F), (0x6B, 0x212A), (0xE5, 0x212B)] as [(UInt32, UInt32)]
      where scalars.contains(letter) {
        scalars.insert(third)
      }
    }
    ranges = scalars.sorted().map { $0...$0 }
    tabulate()
  }

  @inline(__always)
  func contains(_ value: UInt32) -> Bool {
    if value < 64 { return low >> UInt64(value) & 1 == 1 }
    if value < 128 { return high >> UInt64(value - 64) & 1 == 1 }
    return holds(value)
  }

  private func holds(_ value: UInt32) -> Bool {
    let isIn =
      classes != 0 && ScalarClasses.contains(classes, value)
      || ranges.contains { $0.contains(value) } || parts.contains { $0.contains(value) }
    return isIn != isNegated
  }

  private mutating func tabulate() {
    for value in 0..<128 as Range<UInt32> where holds(value) {
      if value < 64 { low |= 1 << UInt64(value) } else { high |= 1 << UInt64(value - 64) }
    }
  }

  /// The bytes that the UTF-8 of its scalars can begin with, and perhaps some more.
  var firstBytes: ByteSet {
    let isWide =
      isNegated || classes != 0 || !parts.isEmpty || ranges.contains { $0.upperBound >= 0x80 }
    return ByteSet(low: low, high: high, hasOthers: isWide)
  }
}

/// A set of bytes, of which those above ASCII are all in it or none.
struct ByteSet: Hashable, Sendable {
  var low: UInt64 = 0
  var high: UInt64 = 0
  var hasOthers = false

  static let all = ByteSet(low: .max, high: .max, hasOthers: true)

  @inline(__always)
  func contains(_ byte: UInt8) -> Bool {
    if byte < 64 { return low >> UInt64(byte) & 1 == 1 }
    if byte < 128 { return high >> UInt64(byte - 64) & 1 == 1 }
    return hasOthers
  }

  func union(_ other: ByteSet) -> ByteSet {
    ByteSet(
      low: low | other.low, high: high | other.high, hasOthers: hasOthers || other.hasOthers)
  }
}
