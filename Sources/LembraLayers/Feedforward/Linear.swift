public import LembraTensor

/// An affine map of each row: `y = W x + b`.
///
/// `x` is `[..., I]` and `y` is `[..., O]`.
public struct Linear: Module {
  /// `W`, `[O, I]`.
  public var weight: Tensor

  /// `b`, `[O]`, or nil for none.
  public var bias: Tensor?

  /// The number of inputs, I.
  public var inputSize: Int { weight.shape[1] }

  /// The number of outputs, O.
  public var outputSize: Int { weight.shape[0] }

  /// Creates a layer with random weights.
  ///
  /// - Parameters:
  ///   - inputSize: I.
  ///   - outputSize: O.
  ///   - hasBias: whether there is a bias.
  ///   - initializer: draws the weight; when nil, weight and bias are uniform in `± 1/√I`, as in
  ///     PyTorch. Otherwise the bias is 0.
  ///   - key: names the random numbers.
  public init(
    inputSize: Int, outputSize: Int, hasBias: Bool = true, initializer: Initializer? = nil,
    key: RandomKey
  ) {
    let bound = 1 / Float(max(inputSize, 1)).squareRoot()
    let draw = initializer ?? .uniform(bound: bound)
    weight = draw([outputSize, inputSize], key: key.folding("weight"))
    if hasBias {
      bias =
        initializer == nil
        ? draw([outputSize], key: key.folding("bias")) : Tensor(zeros: [outputSize])
    }
  }

  /// Maps each row of `x`.
  ///
  /// - Precondition: the last axis of `x` has I elements.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.affine(weight, bias)
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("weight", &weight)
    walk("bias", &bias)
  }
}
