public import LembraTensor

/// How probable every token is that may follow each of some rows.
public struct TokenScores: Sendable {
  private enum Source {
    case logarithms(Tensor)
    case map(RepeatedAffine, of: Tensor)
  }

  private let source: Source

  /// - Parameter logProbabilities: the logarithm of the probability of each token, `[rows, V]`.
  /// - Precondition: it is a matrix.
  public init(logProbabilities: Tensor) {
    precondition(logProbabilities.shape.rank == 2, "TokenScores: \(logProbabilities.shape)")
    source = .logarithms(logProbabilities)
  }

  /// The probabilities that are the softmax of what `map` makes of rows, `[rows, I]`.
  ///
  /// All of them are computed only if they are asked for: a search needs a few of each row.
  ///
  /// - Precondition: the extents agree.
  public init(softmaxOf map: RepeatedAffine, _ rows: Tensor) {
    map.check(rows)
    source = .map(map, of: rows)
  }

  /// The logarithm of the probability of each token, `[rows, V]`; computed anew at each call, unless
  /// they were given.
  public func logProbabilities() -> Tensor {
    switch source {
    case .logarithms(let logarithms): logarithms
    case .map(let map, let rows): map(rows).logSoftmax()
    }
  }

  /// The number of rows, and of tokens.
  var shape: (rows: Int, tokens: Int) {
    switch source {
    case .logarithms(let logarithms): (logarithms.shape[0], logarithms.shape[1])
    case .map(let map, let rows): (rows.shape[0], map.outputSize)
    }
  }

  /// The most probable tokens of each row, and the one that is asked for.
  func best(_ query: LargestColumnsQuery) -> [LargestColumns] {
    switch source {
    case .logarithms(let logarithms): logarithms.largestColumns(query)
    case .map(let map, let rows): map.largestLogSoftmax(of: rows, query)
    }
  }
}
