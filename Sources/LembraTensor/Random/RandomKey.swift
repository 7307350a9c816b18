/// The name of a stream of random numbers.
///
/// Random numbers in Lembra have no hidden state: each is a function of a key and a counter
/// (Philox 4x32-10; Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011). A key is
/// made from a seed and then from every use, step or layer that must not share its numbers:
///
///     let key = RandomKey(seed: 7)
///     let mask = x.dropout(0.5, key: key.folding("dropout").folding(step))
public struct RandomKey: Hashable, Sendable {
  package let bits: UInt64

  public init(seed: UInt64) {
    bits = seed
  }

  /// The key for the use number `index` of this one.
  public func folding(_ index: Int) -> RandomKey {
    RandomKey(seed: Self.mix(bits ^ Self.mix(UInt64(bitPattern: Int64(index)))))
  }

  /// The key for the use called `name` of this one.
  public func folding(_ name: String) -> RandomKey {
    // FNV-1a: unlike Swift's own hash it is the same in every process.
    let hash = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { hash, byte in
      (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    return RandomKey(seed: Self.mix(bits &+ 0x9e37_79b9_7f4a_7c15 ^ hash))
  }

  /// A bijection of 64 bits in which every input bit changes half of the output bits (SplitMix64).
  private static func mix(_ bits: UInt64) -> UInt64 {
    var z = bits &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
