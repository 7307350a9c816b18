public import LembraTensor

/// One vector for each sequence from convolutions with windows of several sizes: the largest value
/// of each filter over all of a text's windows.
///
///     y = concat over sizes of max_t relu(conv_t(x))
///
/// A sequence that is shorter than a window is read as one window, with zeros after its end.
///
/// - Note: Kim, "Convolutional neural networks for sentence classification", 2014.
public struct TextConvolutions: Module {
  /// A convolution for each size of window.
  public var convolutions: [Convolution]

  /// The number of features of a step.
  public var inputSize: Int { convolutions[0].inputSize }

  /// The number of all filters.
  public var outputSize: Int { convolutions.reduce(0) { $0 + $1.outputSize } }

  /// Creates a layer with random weights.
  ///
  /// - Parameters:
  ///   - inputSize: the number of features of a step.
  ///   - filterCount: the filters of each size.
  ///   - kernelSizes: the steps of a window, for each size.
  ///   - key: names the random numbers.
  /// - Precondition: there is at least one size, and all are above 0.
  public init(
    inputSize: Int, filterCount: Int = 100, kernelSizes: [Int] = [3, 4, 5], key: RandomKey
  ) {
    precondition(!kernelSizes.isEmpty, "TextConvolutions: there are no sizes of windows")
    convolutions = kernelSizes.enumerated().map { index, size in
      Convolution(
        inputSize: inputSize, outputSize: filterCount, kernelSize: size, padding: .valid,
        key: key.folding(index))
    }
  }

  /// The vector of each sequence.
  ///
  /// - Parameter input: N sequences.
  /// - Returns: `[N, outputSize]` in the caller's order, the filters of the first size first.
  /// - Precondition: there are as many features as the layer reads.
  public func callAsFunction(_ input: SequenceBatch) -> Tensor {
    // The largest of rectified values is the largest value rectified, which is a row for each
    // sequence, not for each window.
    Tensor(concatenatingColumns: convolutions.map { $0(input).maximumOverSteps().relu() })
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("convolutions", &convolutions)
  }
}
