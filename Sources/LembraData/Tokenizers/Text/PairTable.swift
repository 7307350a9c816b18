/// A hash table from pairs of 32-bit numbers to 64-bit numbers, by open addressing.
struct PairTable: Sendable {
  private var keys: [UInt64]
  private var values: [UInt64]
  private(set) var count = 0

  /// What stands in a slot that is not used; no pair has this key.
  private static let empty = UInt64.max

  init(minimumCapacity: Int = 8) {
    let wanted = max(16, 2 * minimumCapacity)
    let slots = 1 << (Int.bitWidth - (wanted - 1).leadingZeroBitCount)
    keys = [UInt64](repeating: Self.empty, count: slots)
    values = [UInt64](repeating: 0, count: slots)
  }

  /// The key of a pair; keys sort as pairs do.
  static func key(_ first: Int32, _ second: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: first)) << 32 | UInt64(UInt32(bitPattern: second))
  }

  /// The value of `key`; setting it adds the key.
  subscript(key: UInt64) -> UInt64? {
    get {
      let slot = slot(of: key)
      return keys[slot] == key ? values[slot] : nil
    }
    set {
      guard let newValue else { return }
      var slot = slot(of: key)
      if keys[slot] != key {
        count += 1
        if 2 * count > keys.count {
          grow()
          slot = self.slot(of: key)
        }
        keys[slot] = key
      }
      values[slot] = newValue
    }
  }

  private func slot(of key: UInt64) -> Int {
    let mask = keys.count - 1
    let hash = (key ^ (key >> 32)) &* 0x9E37_79B9_7F4A_7C15
    var slot = Int(truncatingIfNeeded: hash >> 24) & mask
    while keys[slot] != key && keys[slot] != Self.empty { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    let (oldKeys, oldValues) = (keys, values)
    keys = [UInt64](repeating: Self.empty, count: 2 * oldKeys.count)
    values = [UInt64](repeating: 0, count: 2 * oldKeys.count)
    for (key, value) in zip(oldKeys, oldValues) where key != Self.empty {
      let slot = slot(of: key)
      keys[slot] = key
      values[slot] = value
    }
  }
}
