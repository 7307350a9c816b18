import CLembraKernels

/// A sequence of random numbers for the standard library's algorithms, such as `shuffled(using:)`.
///
/// Number `i` depends only on the key and on `i`.
public struct RandomGenerator: RandomNumberGenerator, Sendable {
  private let key: RandomKey
  private var position = 0
  private var words: [UInt32] = []

  public init(_ key: RandomKey) {
    self.key = key
  }

  public mutating func next() -> UInt64 {
    if words.isEmpty {
      words = Self.block(position, of: key)
      position += 1
    }
    let low = words.removeLast()
    let high = words.removeLast()
    return UInt64(high) << 32 | UInt64(low)
  }

  private static func block(_ index: Int, of key: RandomKey) -> [UInt32] {
    let counter = [
      UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32), 0, 0,
    ]
    let key = [UInt32(truncatingIfNeeded: key.bits), UInt32(truncatingIfNeeded: key.bits >> 32)]
    return [UInt32](unsafeUninitializedCapacity: 4) { out, count in
      if let base = out.baseAddress { kernels.random.philox(counter, key, base) }
      count = 4
    }
  }
}
