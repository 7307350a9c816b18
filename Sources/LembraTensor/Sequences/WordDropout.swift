import CLembraKernels

extension [[Int]] {
  /// These sequences of tokens with each token replaced by another with probability `rate`: word
  /// dropout, which keeps a model from relying on any single word (Iyyer et al., "Deep unordered
  /// composition rivals syntactic methods for text classification", 2015; Bowman et al.,
  /// "Generating sentences from a continuous space", 2016).
  ///
  /// Whether a token is replaced depends only on `key`, on the identity of its sequence and on its
  /// step, so it is the same in any batch.
  ///
  /// - Parameters:
  ///   - rate: the probability with which a token is replaced.
  ///   - replacement: what stands in its place, such as the token of unknown words.
  ///   - key: names the random numbers.
  ///   - identities: a number for each sequence that it keeps in any batch; its index when nil.
  /// - Returns: sequences of the same lengths.
  /// - Precondition: `0 ≤ rate ≤ 1`; there is one identity a sequence.
  public func droppingWords(
    _ rate: Float, replacement: Int, key: RandomKey, identities: [Int]? = nil
  ) -> [[Int]] {
    precondition(rate >= 0 && rate <= 1, "droppingWords: the rate \(rate) is no probability")
    precondition(
      identities.map { $0.count == count } ?? true,
      "droppingWords: \(identities?.count ?? 0) identities for \(count) sequences")
    if rate == 0 { return self }
    return enumerated().map { index, tokens in
      let identity = UInt64(bitPattern: Int64(identities?[index] ?? index))
      let words = [UInt32](unsafeUninitializedCapacity: tokens.count) { out, count in
        count = tokens.count
        if let base = out.baseAddress { kernels.random.bits(key.bits, identity, base, count) }
      }
      return zip(tokens, words).map { token, word in
        // 24 bits, as dropout of elements has it.
        Float(word >> 8) * 0x1p-24 < rate ? replacement : token
      }
    }
  }
}
