#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The bytes of the data caches that one processor uses, as the system reports them; nil where it
/// does not say.
package struct Caches: Encodable, Sendable {
  package var l1: Int?
  package var l2: Int?
  package var l3: Int?

  package init(l1: Int? = nil, l2: Int? = nil, l3: Int? = nil) {
    self.l1 = l1
    self.l2 = l2
    self.l3 = l3
  }

  static var system: Caches {
    #if canImport(Glibc)
      Caches(
        l1: size(_SC_LEVEL1_DCACHE_SIZE), l2: size(_SC_LEVEL2_CACHE_SIZE),
        l3: size(_SC_LEVEL3_CACHE_SIZE))
    #else
      Caches(
        l1: size("hw.perflevel0.l1dcachesize"), l2: size("hw.perflevel0.l2cachesize"),
        l3: size("hw.l3cachesize"))
    #endif
  }

  #if canImport(Glibc)
    private static func size(_ name: some BinaryInteger) -> Int? {
      let bytes = sysconf(Int32(name))
      return bytes > 0 ? bytes : nil
    }
  #else
    private static func size(_ name: String) -> Int? {
      var bytes: Int64 = 0
      var length = MemoryLayout<Int64>.size
      guard sysctlbyname(name, &bytes, &length, nil, 0) == 0, bytes > 0 else { return nil }
      return Int(bytes)
    }
  #endif
}

/// Memory that is read again and again, of a size that one level of the memory keeps.
package struct WorkingSet: Hashable, Sendable {
  package enum Level: String, Encodable, Sendable {
    case l1 = "L1"
    case l2 = "L2"
    case l3 = "L3"
    case memory
  }

  package var level: Level
  package var bytes: Int
  /// Whether each thread has such a set to itself, or all share one out among them.
  package var isPerThread: Bool { level == .l1 || level == .l2 }

  /// A set for each level: half of the caches of one processor, so that there is room for what else
  /// is in use and for a sibling's set; 8 MiB, or more if an L2 cache would hold that; and `most`.
  package static func sets(for caches: Caches, most: Int) -> [WorkingSet] {
    let (l1, l2) = (caches.l1 ?? 32 << 10, caches.l2 ?? 512 << 10)
    // A processor that says what its L2 is, but nothing of an L3, has none.
    let hasL3 = caches.l2 == nil || caches.l3 != nil
    let sets = [
      WorkingSet(level: .l1, bytes: l1 / 2), WorkingSet(level: .l2, bytes: l2 / 2),
      WorkingSet(level: .l3, bytes: max(8 << 20, 2 * l2)),
    ]
    return sets.filter { $0.bytes < most && (hasL3 || $0.level != .l3) }
      + [WorkingSet(level: .memory, bytes: most)]
  }
}
