public import LembraTensor

/// A multilayer perceptron: affine maps with an activation, and dropout, after each but the last.
public struct MLP: Module {
  public var layers: [Linear]
  public let activation: Activation
  public let dropout: Dropout

  /// Creates a perceptron whose layers have these sizes, from the input to the output.
  ///
  /// - Precondition: there are at least two sizes.
  public init(
    sizes: [Int], activation: Activation = .relu, dropout: Float = 0,
    initializer: Initializer? = nil, key: RandomKey
  ) {
    precondition(sizes.count >= 2, "MLP: \(sizes) needs an input and an output size")
    layers = zip(sizes, sizes.dropFirst()).enumerated().map { index, size in
      Linear(
        inputSize: size.0, outputSize: size.1, initializer: initializer, key: key.folding(index))
    }
    self.activation = activation
    self.dropout = Dropout(rate: dropout)
  }

  /// Maps each row of `x`, `[..., inputs]`.
  ///
  /// - Parameters:
  ///   - x: the rows.
  ///   - dropoutKey: names the dropout masks during training; nil for none.
  /// - Returns: `[..., outputs]`.
  public func callAsFunction(_ x: Tensor, dropoutKey: RandomKey? = nil) -> Tensor {
    var x = x
    for (index, layer) in layers.enumerated() {
      x = layer(x)
      guard index + 1 < layers.count else { break }
      x = dropout(activation(x), key: dropoutKey?.folding(index))
    }
    return x
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("layers", &layers)
  }
}
