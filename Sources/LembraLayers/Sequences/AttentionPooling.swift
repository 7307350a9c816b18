public import LembraTensor

/// Makes one vector of each sequence by attending to its steps with a learnt query.
///
///     α_t = softmax_t(v · tanh(W h_t + b))
///     y = Σ_t α_t h_t
///
/// The softmax is over the sequence's own steps. N is the number of sequences, C that of features
/// and A the length of the query.
///
/// - Note: Yang et al., "Hierarchical attention networks for document classification", 2016.
public struct AttentionPooling: Module {
  /// `W` `[A, C]` and `b` `[A]`.
  public var projection: Linear

  /// `v`, `[A]`.
  public var query: Tensor

  /// The number of features of a step, C.
  public var featureCount: Int { projection.inputSize }

  /// Creates a layer with random weights, uniform in `± 1/√C` and, for the query, in `± 1/√A`.
  ///
  /// - Parameters:
  ///   - featureCount: C.
  ///   - attentionSize: A; C when nil.
  ///   - key: names the random numbers.
  public init(featureCount: Int, attentionSize: Int? = nil, key: RandomKey) {
    let size = attentionSize ?? featureCount
    projection = Linear(
      inputSize: featureCount, outputSize: size, key: key.folding("projection"))
    query = Initializer.uniform(bound: 1 / Float(max(size, 1)).squareRoot())(
      [size], key: key.folding("query"))
  }

  /// The vector of each sequence.
  ///
  /// - Parameter steps: N sequences with C features.
  /// - Returns: `[N, C]` in the caller's order; zeros for a sequence without steps.
  /// - Precondition: there are C features.
  public func callAsFunction(_ steps: SequenceBatch) -> Tensor {
    let segments = steps.layout.segments
    return pooled(steps, segments, weights(steps, segments))
  }

  /// The vector of each sequence, and how much each of its steps counted.
  ///
  /// - Parameter steps: N sequences with C features.
  /// - Returns: `pooled` as calling the layer gives it, and for each sequence the weight `α` of
  ///   each step, which add up to 1; both in the caller's order.
  /// - Precondition: there are C features.
  public func attending(
    to steps: SequenceBatch
  ) -> (pooled: Tensor, weights: [[Float]]) {
    let segments = steps.layout.segments
    let weights = weights(steps, segments)
    let numbers = weights.array
    return (
      pooled(steps, segments, weights),
      steps.layout.positions.map { Array(numbers[segments.entries(of: $0)]) }
    )
  }

  private func pooled(_ steps: SequenceBatch, _ segments: Segments, _ weights: Tensor) -> Tensor {
    steps.rows.segmentSums(segments, weights: weights).inCallersOrder(of: steps.layout)
  }

  /// The weight of each step, one sequence of the layout after the other.
  private func weights(_ steps: SequenceBatch, _ segments: Segments) -> Tensor {
    precondition(
      steps.featureCount == featureCount,
      "AttentionPooling: \(steps.featureCount) features, not \(featureCount)")
    let queries = query.reshaped(to: [1, query.shape.count])
      .gatheringRows(Array(repeating: 0, count: segments.count))
    return tanh(projection(steps.rows))
      .segmentProducts(segments, with: queries)
      .segmentSoftmax(segments)
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("projection", &projection)
    walk("query", &query)
  }
}
