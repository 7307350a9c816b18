public import LembraTensor

/// Sets elements to 0 at random during training and leaves them alone otherwise.
///
/// - Note: Srivastava et al., "Dropout", 2014. Kept elements are divided by `1 - rate`.
public struct Dropout: Module {
  /// The probability with which an element is dropped.
  public let rate: Float

  /// - Precondition: `0 ≤ rate ≤ 1`.
  public init(rate: Float) {
    precondition(rate >= 0 && rate <= 1, "Dropout: the rate \(rate) is no probability")
    self.rate = rate
  }

  /// Drops elements of `x` by the mask that `key` names; without a key nothing is dropped.
  public func callAsFunction(_ x: Tensor, key: RandomKey?) -> Tensor {
    guard let key else { return x }
    return x.dropout(rate, key: key)
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {}
}
