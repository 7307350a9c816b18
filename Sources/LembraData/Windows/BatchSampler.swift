import LembraTensor

/// Divides the examples of a training set into batches, in order or shuffled.
public struct BatchSampler: Hashable, Sendable {
  /// The number of examples.
  public let count: Int

  public let batchSize: Int

  /// - Precondition: `count` is not negative and `batchSize` is positive.
  public init(count: Int, batchSize: Int) {
    precondition(
      count >= 0 && batchSize > 0, "\(count) examples cannot be divided in batches of \(batchSize)")
    self.count = count
    self.batchSize = batchSize
  }

  /// The number of batches of an epoch; the last may be smaller than the others.
  public var batchCount: Int { count / batchSize + (count % batchSize == 0 ? 0 : 1) }

  /// The positions of the examples, batch by batch, in their own order.
  public func inOrder() -> [ArraySlice<Int>] {
    batches(of: Array(0..<count))
  }

  /// The positions of the examples, batch by batch, in an order drawn from `generator`.
  ///
  /// A generator that gives the same numbers gives the same order, in this and later versions.
  public func shuffled(using generator: inout some RandomNumberGenerator) -> [ArraySlice<Int>] {
    batches(of: shuffledIndices(count, using: &generator))
  }

  private func batches(of order: [Int]) -> [ArraySlice<Int>] {
    (0..<batchCount).map { batch in
      order[batch * batchSize..<min(count, batch * batchSize + min(batchSize, count))]
    }
  }
}
