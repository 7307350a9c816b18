/// The decompositions of Unicode, read once from their tables.
///
/// The standard library compares by canonical equivalence but has no public normalisation.
/// Foundation has one, but every command would load it at its start, and it follows a later version
/// of Unicode than the library whose ids a tokenizer must give. Hence own tables, which
/// `Scripts/unicode-tables` writes and describes. Unicode never changes the decomposition of a scalar
/// once it is assigned.
struct UnicodeTables: Sendable {
  static let shared = UnicodeTables()

  /// All targets, one decomposition after the other.
  private(set) var targets: [UInt32] = []
  private var canonical = PairTable(minimumCapacity: 2400)
  private var compatibility = PairTable(minimumCapacity: 4000)
  /// From two scalars to the one that they compose to.
  private var compositions = PairTable(minimumCapacity: 1200)

  private init() {
    var composed: [Record] = []
    for record in read(Self.canonicalMappings) where Self.isKnown(record.scalar) {
      canonical[UInt64(record.scalar)] = Self.packed(record.targets)
      if record.composes { composed.append(record) }
    }
    for record in read(Self.compatibilityMappings) where Self.isKnown(record.scalar) {
      compatibility[UInt64(record.scalar)] = Self.packed(record.targets)
    }
    // A scalar of three parts is composed of that of the first two and the last.
    composed.sort { $0.targets.count < $1.targets.count }
    for record in composed {
      let parts = targets[record.targets]
      guard var first = parts.first, let last = parts.last else { continue }
      for part in parts.dropFirst().dropLast() {
        first = composition(of: first, part) ?? first
      }
      compositions[UInt64(first) << 32 | UInt64(last)] = UInt64(record.scalar)
    }
  }

  /// Where in `targets` the canonical decomposition of a scalar stands, if it has one.
  func canonicalDecomposition(of scalar: UInt32) -> Range<Int>? {
    canonical[UInt64(scalar)].map(Self.range)
  }

  /// Where in `targets` the compatibility decomposition of a scalar stands, if it has one and no
  /// canonical one.
  func compatibilityDecomposition(of scalar: UInt32) -> Range<Int>? {
    compatibility[UInt64(scalar)].map(Self.range)
  }

  /// The scalar that two compose to, but for the syllables of Hangul.
  func composition(of first: UInt32, _ second: UInt32) -> UInt32? {
    compositions[UInt64(first) << 32 | UInt64(second)].map { UInt32($0) }
  }

  /// Whether the library whose texts these must be knows the scalar.
  private static func isKnown(_ scalar: UInt32) -> Bool {
    ScalarClasses.isAssigned(scalar, by: 9)
  }

  private static func packed(_ range: Range<Int>) -> UInt64 {
    UInt64(range.lowerBound) << 8 | UInt64(range.count)
  }

  private static func range(_ packed: UInt64) -> Range<Int> {
    Int(packed >> 8)..<Int(packed >> 8) + Int(packed & 0xFF)
  }

  // MARK: - Reading

  private struct Record {
    var scalar: UInt32
    /// Where its targets stand among all.
    var targets: Range<Int>
    var composes: Bool
  }

  /// Reads the records of a table and keeps their targets.
  private mutating func read(_ text: StaticString) -> [Record] {
    var records: [Record] = []
    var reader = NumberReader(text)
    var end = 0
    var before = [Int](repeating: 0, count: 32)
    while let distance = reader.next(), let header = reader.next() {
      let length = header / 2
      let runLength = length == 1 ? reader.next() ?? 0 : 1
      for place in 0..<length { before[place] += reader.nextSigned() ?? 0 }
      for step in 0..<runLength {
        let start = targets.count
        for place in 0..<length { targets.append(UInt32(before[place] + step)) }
        records.append(
          Record(
            scalar: UInt32(end + distance + step), targets: start..<targets.count,
            composes: header % 2 == 1))
      }
      end += distance + runLength
    }
    return records
  }
}

/// Reads numbers that are written five bits at a time, the lowest first.
private struct NumberReader {
  private let text: UnsafeBufferPointer<UInt8>
  private var position = 0

  init(_ text: StaticString) {
    self.text = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
  }

  mutating func next() -> Int? {
    var value = 0
    var shift = 0
    while position < text.count {
      let digit = Int(text[position]) - 48
      position += 1
      // A line break.
      if digit < 0 { continue }
      value |= (digit % 32) << shift
      if digit < 32 { return value }
      shift += 5
    }
    return nil
  }

  mutating func nextSigned() -> Int? {
    next().map { $0 % 2 == 0 ? $0 / 2 : -($0 + 1) / 2 }
  }
}
