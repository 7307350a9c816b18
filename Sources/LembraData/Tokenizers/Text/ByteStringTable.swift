/// Byte strings that are numbered in the order in which they were added, and found by hashing.
///
/// The standard library takes strings for equal that are canonically equivalent, such as `é` in one
/// scalar and in two. Tokens must not be, so they are compared by their bytes. The order never
/// depends on the hash.
struct ByteStringTable: Sendable {
  /// All strings, one after the other.
  private(set) var bytes: [UInt8] = []
  /// Where each string ends.
  private(set) var ends: [Int] = []
  /// For each slot the upper half of a hash and, plus one, the number of its string; 0 if empty.
  private var slots = [UInt64](repeating: 0, count: 16)

  var count: Int { ends.count }

  init(minimumCapacity: Int = 0) {
    ends.reserveCapacity(minimumCapacity)
    let wanted = 2 * minimumCapacity
    if wanted > slots.count {
      slots = [UInt64](repeating: 0, count: 1 << (Int.bitWidth - wanted.leadingZeroBitCount))
    }
  }

  /// Where the string `index` lies in `bytes`.
  func range(_ index: Int) -> Range<Int> {
    (index == 0 ? 0 : ends[index - 1])..<ends[index]
  }

  /// The string `index`.
  func string(_ index: Int) -> String {
    String(decoding: bytes[range(index)], as: UTF8.self)
  }

  /// The number of the string `key`, or nothing when it is not in the table.
  func index(of key: Span<UInt8>) -> Int? {
    let (_, index) = slot(of: key, hash: key.stableHash)
    return index
  }

  func index(of key: String) -> Int? {
    let bytes = Array(key.utf8)
    return index(of: bytes.span)
  }

  /// Adds `key` unless it is there; gives its number, and whether it is new.
  @discardableResult
  mutating func insert(_ key: Span<UInt8>) -> (index: Int, isNew: Bool) {
    let hash = key.stableHash
    let (slot, found) = slot(of: key, hash: hash)
    if let found { return (found, false) }
    for position in key.indices { bytes.append(key[position]) }
    ends.append(bytes.count)
    slots[slot] = Self.entry(hash, index: count - 1)
    if 2 * count > slots.count { grow() }
    return (count - 1, true)
  }

  @discardableResult
  mutating func insert(_ key: String) -> (index: Int, isNew: Bool) {
    let bytes = Array(key.utf8)
    return insert(bytes.span)
  }

  // MARK: - Slots

  private static func entry(_ hash: UInt64, index: Int) -> UInt64 {
    (hash >> 32) << 32 | UInt64(index + 1)
  }

  /// The slot of `key`, or the empty one where it belongs.
  private func slot(of key: Span<UInt8>, hash: UInt64) -> (slot: Int, index: Int?) {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      let entry = slots[slot]
      if entry >> 32 == hash >> 32 {
        let index = Int(entry & 0xFFFF_FFFF) - 1
        let range = range(index)
        if bytes.span.extracting(range).hasBytes(of: key) { return (slot, index) }
      }
      slot = (slot + 1) & mask
    }
    return (slot, nil)
  }

  private mutating func grow() {
    var larger = [UInt64](repeating: 0, count: 2 * slots.count)
    let mask = larger.count - 1
    for index in 0..<count {
      let hash = bytes.span.extracting(range(index)).stableHash
      var slot = Int(truncatingIfNeeded: hash) & mask
      while larger[slot] != 0 { slot = (slot + 1) & mask }
      larger[slot] = Self.entry(hash, index: index)
    }
    slots = larger
  }
}

extension ByteStringTable: Hashable {
  static func == (left: Self, right: Self) -> Bool {
    left.ends == right.ends && left.bytes == right.bytes
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(ends)
    hasher.combine(bytes)
  }
}

extension Span where Element == UInt8 {
  /// A hash that is the same in every process, unlike the standard library's.
  var stableHash: UInt64 {
    var hash = UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
    var position = 0
    while position < count {
      hash = (hash ^ word(at: position)) &* 0xBF58_476D_1CE4_E5B9
      hash ^= hash >> 29
      position += 8
    }
    hash = hash &* 0x94D0_49BB_1331_11EB
    return hash ^ (hash >> 32)
  }

  /// The eight bytes from `position` on, or as many as there are, as a number.
  private func word(at position: Int) -> UInt64 {
    if position + 8 <= count {
      return bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self).littleEndian
    }
    var word: UInt64 = 0
    for index in position..<count { word = word << 8 | UInt64(self[index]) }
    return word
  }

  func hasBytes(of other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    var position = 0
    while position < count {
      guard word(at: position) == other.word(at: position) else { return false }
      position += 8
    }
    return true
  }
}
