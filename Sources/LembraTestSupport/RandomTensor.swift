public import LembraTensor

/// A tensor of numbers drawn uniformly from `range`, the same for the same seed.
public func random(
  _ shape: Shape, in range: ClosedRange<Float> = -2...2, seed: UInt64 = 1
) -> Tensor {
  Tensor(uniformIn: range, shape: shape, key: RandomKey(seed: seed))
}
