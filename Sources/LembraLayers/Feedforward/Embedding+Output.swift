public import LembraTensor

extension Embedding {
  /// The logits of every token, by the table that also reads them: `x Eᵀ + b`.
  ///
  /// A language model that ties its output to its input has one table less to learn. It keeps the
  /// table in its embedding, adds a bias, and shows both once:
  ///
  ///     let logits = embedding.logits(of: hidden, bias: outputBias)
  ///
  /// Training reads `embedding.crossEntropy(of:targets:bias:)`, which never holds all logits.
  ///
  /// - Parameters:
  ///   - x: rows of the length of a vector, `[…, D]`.
  ///   - bias: `b`, `[V]`, or nil for none.
  /// - Returns: `[…, V]`.
  /// - Precondition: the last axis of `x` has D elements.
  /// - Note: Press and Wolf, "Using the output embedding to improve language models", 2017; Inan,
  ///   Khosravi and Socher, "Tying word vectors and word classifiers", 2017.
  public func logits(of x: Tensor, bias: Tensor? = nil) -> Tensor {
    x.affine(weight, bias)
  }

  /// The mean cross entropy of ``logits(of:bias:)`` with one right token a row, to the bit, without
  /// ever holding all logits; see `Tensor.affineCrossEntropy` in LembraTensor.
  ///
  /// - Parameters:
  ///   - x: `[rows, D]`.
  ///   - targets: the token of each row, or nil for a row that does not count.
  ///   - bias: `b`, `[V]`, or nil for none.
  ///   - labelSmoothing: the share of each target that is spread over all tokens.
  /// - Returns: the mean over the rows that count.
  /// - Precondition: at least one row counts.
  public func crossEntropy(
    of x: Tensor, targets: [Int?], bias: Tensor? = nil, labelSmoothing: Float = 0
  ) -> Tensor {
    x.affineCrossEntropy(weight, bias, targets: targets, labelSmoothing: labelSmoothing)
  }
}
