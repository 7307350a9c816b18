import LembraTensor

/// The number of tensors stored anywhere inside `value`, found by reflection.
///
/// Compare with `parameters.count` to prove that a module visits everything it stores.
public func storedTensorCount(in value: Any) -> Int {
  if value is Tensor { return 1 }
  return Mirror(reflecting: value).children.reduce(0) { $0 + storedTensorCount(in: $1.value) }
}
