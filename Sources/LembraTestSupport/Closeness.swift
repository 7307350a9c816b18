public import LembraTensor

/// The largest difference between two tensors relative to the largest element of the expected one.
///
/// It is infinite where shapes differ or an element is not a number.
public func relativeError(_ actual: Tensor, _ expected: Tensor) -> Double {
  guard actual.shape == expected.shape else { return .infinity }
  let scale = expected.array.reduce(1e-30) { max($0, abs(Double($1))) }
  let worst = zip(actual.array, expected.array).reduce(0.0) { worst, pair in
    let difference = abs(Double(pair.0) - Double(pair.1))
    return difference.isNaN ? .infinity : max(worst, difference)
  }
  return worst / scale
}

/// Whether two tensors have the same shape and the same bits.
public func sameBits(_ a: Tensor, _ b: Tensor) -> Bool {
  a.shape == b.shape && a.array.map(\.bitPattern) == b.array.map(\.bitPattern)
}
