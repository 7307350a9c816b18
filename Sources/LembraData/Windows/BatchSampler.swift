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
  /// A generator that gives the same numbers gives the same order, in this and later versions: the
  /// draw is written out below, since that of the standard library may change.
  public func shuffled(using generator: inout some RandomNumberGenerator) -> [ArraySlice<Int>] {
    var order = Array(0..<count)
    // Fisher and Yates, 1938, from the end, as Durstenfeld has it, 1964.
    for last in order.indices.reversed() where last > 0 {
      order.swapAt(last, uniform(below: last + 1, using: &generator))
    }
    return batches(of: order)
  }

  private func batches(of order: [Int]) -> [ArraySlice<Int>] {
    (0..<batchCount).map { batch in
      order[batch * batchSize..<min(count, batch * batchSize + min(batchSize, count))]
    }
  }
}

/// Draws a number from 0 to `bound - 1`, each equally likely (Lemire, 2019).
private func uniform(below bound: Int, using generator: inout some RandomNumberGenerator) -> Int {
  let bound = UInt64(bound)
  var product = generator.next().multipliedFullWidth(by: bound)
  if product.low < bound {
    let rejected = (0 &- bound) % bound
    while product.low < rejected { product = generator.next().multipliedFullWidth(by: bound) }
  }
  return Int(product.high)
}
