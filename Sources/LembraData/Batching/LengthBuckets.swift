import LembraTensor

/// Divides sequences into batches of similar lengths, so that they end at about the same step.
public struct LengthBuckets: Hashable, Sendable {
  /// How large a batch may be.
  public enum Limit: Hashable, Sendable {
    case sequences(Int)
    /// The sum of the lengths; a sequence that is longer is a batch of its own, and one of length 0
    /// counts as 1.
    case tokens(Int)
  }

  /// The length of each sequence.
  public let lengths: [Int]

  public let limit: Limit

  /// The batches among whose sequences lengths are sorted: the more, the more alike they are, and
  /// the less random the batches.
  public let poolSize: Int

  /// - Parameters:
  ///   - lengths: the length of each sequence.
  ///   - limit: how large a batch may be.
  ///   - poolSize: the batches of a pool when shuffling.
  /// - Precondition: no length is negative; limit and pool size are positive.
  public init(lengths: [Int], limit: Limit, poolSize: Int = 64) {
    let size =
      switch limit {
      case .sequences(let count), .tokens(let count): count
      }
    precondition(
      size > 0 && poolSize > 0 && lengths.allSatisfy { $0 >= 0 },
      "sequences cannot be divided in batches of \(limit) and pools of \(poolSize)")
    self.lengths = lengths
    self.limit = limit
    self.poolSize = poolSize
  }

  /// The positions of the sequences, batch by batch, longest first; equal lengths keep their order.
  ///
  /// Every sequence is in exactly one batch.
  public func inOrder() -> [ArraySlice<Int>] {
    batches(of: sorted(Array(lengths.indices)))
  }

  /// The positions of the sequences, batch by batch, in an order drawn from `generator`.
  ///
  /// All are shuffled and cut into pools; within a pool they are sorted by length and cut into
  /// batches; then the batches are shuffled. Every sequence is in exactly one batch. A generator that
  /// gives the same numbers gives the same batches, in this and later versions.
  public func shuffled(using generator: inout some RandomNumberGenerator) -> [ArraySlice<Int>] {
    let order = shuffledIndices(lengths.count, using: &generator)
    var batches: [ArraySlice<Int>] = []
    for pool in cut(order, factor: poolSize) { batches += self.batches(of: sorted(Array(pool))) }
    return shuffledIndices(batches.count, using: &generator).map { batches[$0] }
  }

  /// `positions`, longest first; equal lengths keep their order.
  private func sorted(_ positions: [Int]) -> [Int] {
    positions.enumerated()
      .sorted { (lengths[$1.element], $0.offset) < (lengths[$0.element], $1.offset) }
      .map(\.element)
  }

  private func batches(of order: [Int]) -> [ArraySlice<Int>] {
    cut(order, factor: 1)
  }

  /// Cuts `order` into runs as large as `factor` times the limit allows.
  private func cut(_ order: [Int], factor: Int) -> [ArraySlice<Int>] {
    func scaled(_ count: Int) -> Int {
      let product = count.multipliedReportingOverflow(by: factor)
      return product.overflow ? .max : product.partialValue
    }
    var runs: [ArraySlice<Int>] = []
    var start = 0
    var size = 0
    for (place, position) in order.enumerated() {
      let (weight, room) =
        switch limit {
        case .sequences(let count): (1, scaled(count))
        case .tokens(let count): (max(1, lengths[position]), scaled(count))
        }
      if place > start, size > room - weight {
        runs.append(order[start..<place])
        (start, size) = (place, 0)
      }
      size += weight
    }
    return start < order.count ? runs + [order[start...]] : runs
  }
}
