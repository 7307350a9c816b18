public import LembraTensor

/// A convolution over time: the same affine map of every window of consecutive steps.
///
///     y_t = b + Σ_k W_k x_{t + k}
///
/// `k` runs over the K steps of a window, of which `WindowPadding` says where it begins. I is the
/// number of features of a step, O that of the output's.
///
/// - Note: LeCun et al., "Backpropagation applied to handwritten zip code recognition", 1989, along
///   one axis. Shapes, names and first values are those of PyTorch's `Conv1d`.
public struct Convolution: Module {
  /// `W`, `[O, I, K]`.
  public var weight: Tensor

  /// `b`, `[O]`, or nil for none.
  public var bias: Tensor?

  /// Which windows there are.
  public let padding: WindowPadding

  /// The number of features of a step of the input, I.
  public var inputSize: Int { weight.shape[1] }

  /// The number of features of a step of the output, O.
  public var outputSize: Int { weight.shape[0] }

  /// The steps of a window, K.
  public var kernelSize: Int { weight.shape[2] }

  /// Creates a layer with random weights, uniform in `± 1/√(I K)` as in PyTorch.
  ///
  /// - Parameters:
  ///   - inputSize: I.
  ///   - outputSize: O.
  ///   - kernelSize: K.
  ///   - padding: which windows there are.
  ///   - hasBias: whether there is a bias.
  ///   - key: names the random numbers.
  /// - Precondition: K is above 0.
  public init(
    inputSize: Int, outputSize: Int, kernelSize: Int, padding: WindowPadding = .same,
    hasBias: Bool = true, key: RandomKey
  ) {
    precondition(kernelSize > 0, "Convolution: a window of \(kernelSize) steps")
    let draw = Initializer.uniform(
      bound: 1 / Float(max(inputSize * kernelSize, 1)).squareRoot())
    weight = draw([outputSize, inputSize, kernelSize], key: key.folding("weight"))
    if hasBias { bias = draw([outputSize], key: key.folding("bias")) }
    self.padding = padding
  }

  /// Maps the windows of each sequence.
  ///
  /// - Parameter input: sequences with I features.
  /// - Returns: sequences with O features and a step for each window.
  /// - Precondition: there are I features.
  public func callAsFunction(_ input: SequenceBatch) -> SequenceBatch {
    precondition(
      input.featureCount == inputSize,
      "Convolution: \(input.featureCount) features, not \(inputSize)")
    // A window's row has the features of its first step first, and so must the weight's.
    let map = weight.exchangingLastAxes().reshaped(to: [outputSize, kernelSize * inputSize])
    return input.windowsAffine(of: kernelSize, padding: padding, map, bias)
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("weight", &weight)
    walk("bias", &bias)
  }
}
