#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Recycles the memory of tensors, so that a training step in the steady state takes none from the
/// system.
///
/// Blocks come in size classes a quarter of a power of two apart, so at most a fifth of a block is
/// unused. What the pool keeps and what is in use together never exceed twice the most that was
/// ever in use at once: batches of ever new shapes do not make the process grow. At the bound, a new
/// block takes the place of kept ones of the size that has not been used for the longest time.
package final class BufferPool: Sendable {
  package static let shared = BufferPool()

  package init() {}

  private struct State {
    var free: [[UnsafeMutableRawPointer]] = Array(repeating: [], count: 4 * 64)
    var bytesInUse = 0
    var bytesKept = 0
    var mostBytesInUse = 0
    var peak = 0
    var blocksFromSystem = 0

    /// When a block of each class was last taken, counted in blocks taken.
    var lastTaken = Array(repeating: 0, count: 4 * 64)
    var blocksTaken = 0

    /// Gives up kept blocks until the pool is within its bound.
    ///
    /// The bound is not on what is kept alone: a step needs more blocks than it uses at once, since
    /// each serves only its own size class, and all of them are kept after it.
    mutating func releaseSurplus() -> [UnsafeMutableRawPointer] {
      var released: [UnsafeMutableRawPointer] = []
      while bytesInUse + bytesKept > 2 * mostBytesInUse {
        let kept = free.indices.filter { !free[$0].isEmpty }
        let oldest = kept.min { lastTaken[$0] < lastTaken[$1] }
        guard let oldest, let block = free[oldest].popLast() else { break }
        bytesKept -= BufferPool.bytes(inClass: oldest)
        released.append(block)
      }
      return released
    }
  }

  private let state = Locked(State())

  /// Whether blocks come straight from the system, no longer than asked for, and go back at once.
  ///
  /// With `LEMBRA_POOL=off` a memory checker sees every access beyond a tensor, which a recycled or
  /// longer block would hide.
  package let isOff = getenv("LEMBRA_POOL").map { String(cString: $0) == "off" } ?? false

  /// The bytes held by tensors now, and those kept for tensors to come.
  package var usage: (inUse: Int, kept: Int) {
    state.withLock { ($0.bytesInUse, $0.bytesKept) }
  }

  /// The most bytes that were held by tensors at once since ``resetPeak()``; not counted when the pool is
  /// off.
  package var peak: Int { state.withLock { $0.peak } }

  /// Counts the peak from here on.
  package func resetPeak() {
    state.withLock { $0.peak = $0.bytesInUse }
  }

  /// How many blocks had to come from the system so far; not counted when the pool is off.
  package var blocksFromSystem: Int { state.withLock { $0.blocksFromSystem } }

  /// A block of memory for `count` numbers, aligned to 64 bytes.
  package func take(floats count: Int) -> UnsafeMutablePointer<Float> {
    if isOff {
      let memory = allocate(max(count, 1) * MemoryLayout<Float>.stride)
      return memory.assumingMemoryBound(to: Float.self)
    }
    let sizeClass = Self.sizeClass(bytes: count * MemoryLayout<Float>.stride)
    let bytes = Self.bytes(inClass: sizeClass)
    var surplus: [UnsafeMutableRawPointer] = []
    let recycled = state.withLock { state -> UnsafeMutableRawPointer? in
      state.bytesInUse += bytes
      state.mostBytesInUse = max(state.mostBytesInUse, state.bytesInUse)
      state.peak = max(state.peak, state.bytesInUse)
      state.blocksTaken += 1
      state.lastTaken[sizeClass] = state.blocksTaken
      if let block = state.free[sizeClass].popLast() {
        state.bytesKept -= bytes
        return block
      }
      state.blocksFromSystem += 1
      surplus = state.releaseSurplus()
      return nil
    }
    for memory in surplus { free(memory) }
    let memory = recycled ?? allocate(bytes)
    return memory.assumingMemoryBound(to: Float.self)
  }

  /// Gives back a block that was taken for `count` numbers.
  package func give(_ block: UnsafeMutablePointer<Float>, floats count: Int) {
    let memory = UnsafeMutableRawPointer(block)
    if isOff {
      free(memory)
      return
    }
    let sizeClass = Self.sizeClass(bytes: count * MemoryLayout<Float>.stride)
    let bytes = Self.bytes(inClass: sizeClass)
    state.withLock { state in
      state.bytesInUse -= bytes
      state.bytesKept += bytes
      state.free[sizeClass].append(memory)
    }
  }

  /// Blocks from this size on are aligned to, and asked to be backed by, huge pages.
  private static let hugePage = 2 << 20

  private func allocate(_ bytes: Int) -> UnsafeMutableRawPointer {
    var memory: UnsafeMutableRawPointer?
    let isHuge = bytes >= Self.hugePage
    let status = posix_memalign(&memory, isHuge ? Self.hugePage : 64, bytes)
    guard status == 0, let memory else {
      trap("Tensor: no memory for \(bytes) bytes")
    }
    #if os(Linux)
      if isHuge { madvise(memory, bytes, MADV_HUGEPAGE) }
    #endif
    return memory
  }

  /// The smallest class that holds `bytes`: sizes of class `4 k + q` are `(4 + q) / 4 · 2^k`.
  private static func sizeClass(bytes: Int) -> Int {
    let needed = max(bytes, 256)
    let power = Int.bitWidth - 1 - needed.leadingZeroBitCount
    let quarter = 1 << (power - 2)
    let quarters = (needed + quarter - 1) / quarter
    return 4 * power + quarters - 4
  }

  private static func bytes(inClass sizeClass: Int) -> Int {
    (4 + sizeClass % 4) << (sizeClass / 4 - 2)
  }
}
