import CLembraKernels

/// A sequence of random numbers for the standard library's algorithms, such as `shuffled(using:)`.
///
/// Number `i` depends only on the key and on `i`.
public struct RandomGenerator: RandomNumberGenerator, Sendable {
  /// The words that are drawn at once: one group of the kernels.
  private static let groupSize = 64

  private let key: RandomKey
  private var group: UInt64 = 0
  private var words: [UInt32] = []

  public init(_ key: RandomKey) {
    self.key = key
  }

  public mutating func next() -> UInt64 {
    if words.isEmpty { refill() }
    let low = words.removeLast()
    let high = words.removeLast()
    return UInt64(high) << 32 | UInt64(low)
  }

  private mutating func refill() {
    words = [UInt32](unsafeUninitializedCapacity: Self.groupSize) { out, count in
      if let base = out.baseAddress { kernels.random.bits(key.bits, group, base, Self.groupSize) }
      count = Self.groupSize
    }
    group += 1
  }
}
