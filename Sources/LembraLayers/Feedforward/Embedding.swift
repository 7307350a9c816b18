public import LembraTensor

/// A table with a learnt vector for each of `V` tokens.
public struct Embedding: Module {
  /// `[V, D]`: the vector of each token is a row.
  public var weight: Tensor

  /// The number of tokens, V.
  public var tokenCount: Int { weight.shape[0] }

  /// The length of a vector, D.
  public var outputSize: Int { weight.shape[1] }

  /// Creates a table of random vectors, normal with deviation 1 as in PyTorch unless told otherwise.
  public init(
    tokenCount: Int, outputSize: Int, initializer: Initializer = .normal(standardDeviation: 1),
    key: RandomKey
  ) {
    weight = initializer([tokenCount, outputSize], key: key.folding("weight"))
  }

  /// The vectors of `tokens`, `[tokens.count, D]`.
  ///
  /// - Precondition: every token is in `0 ..< V`.
  public func callAsFunction(_ tokens: [Int]) -> Tensor {
    weight.gatheringRows(tokens)
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("weight", &weight)
  }
}
