/// Returns the numbers from 0 to `count - 1` in an order drawn from `generator`, each order equally
/// likely.
///
/// A generator that gives the same numbers gives the same order, in this and later versions: the
/// draw is written out here, since that of the standard library may change.
func shuffledIndices(_ count: Int, using generator: inout some RandomNumberGenerator) -> [Int] {
  var order = Array(0..<count)
  // Fisher and Yates, 1938, from the end, as Durstenfeld has it, 1964.
  for last in order.indices.reversed() where last > 0 {
    order.swapAt(last, uniform(below: last + 1, using: &generator))
  }
  return order
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
