import CLembraKernels

/// What queries attend to: keys, which they are compared with, and values, which they read.
///
/// Each segment of the rows is one memory, such as the steps of one sentence. R is the number of
/// rows, A the length of a key and M that of a value. Many queries may attend to one memory, at one
/// time or after each other; the gradients of keys and values are added up in one place over all of
/// them.
///
///     score(q, e) = q · k_e                                      dot product
///     score(q, e) = v · tanh(q + k_e + coverage_e u)             additive
///     α = softmax over the entries e of the query's segment
///     context = Σ α_e value_e
///
/// - Note: Bahdanau, Cho and Bengio, "Neural machine translation by jointly learning to align and
///   translate", 2014; Luong, Pham and Manning, "Effective approaches to attention-based neural
///   machine translation", 2015; for coverage Tu et al., "Modeling coverage for neural machine
///   translation", 2016.
public struct AttentionMemory: Sendable {
  /// `[R, A]`.
  public let keys: Tensor

  /// `[R, M]`.
  public let values: Tensor

  public let segments: Segments

  private let sums = MemoryGradients()

  /// Stands for keys and values on the tape: its own record is replayed after all uses.
  private let handle: Tensor

  /// - Precondition: keys and values have a row for each of the rows that the segments are of.
  public init(keys: Tensor, values: Tensor, segments: Segments) {
    segments.check(keys, operation: "AttentionMemory")
    segments.check(values, operation: "AttentionMemory")
    self.keys = keys
    self.values = values
    self.segments = segments
    handle =
      Tensor.recorded([Tensor(zeros: [0])], from: [keys, values]) { [sums] _ in
        [sums.keys.take(), sums.values.take()]
      }[0]
  }

  /// How the scores of additive attention are computed.
  public struct Additive: Sendable {
    /// `v`, `[A]`.
    public var vector: Tensor

    /// How much each entry was attended to so far, as the weights lie, and `u`, `[A]`.
    public var coverage: (amounts: Tensor, vector: Tensor)?

    public init(vector: Tensor, coverage: (amounts: Tensor, vector: Tensor)? = nil) {
      self.vector = vector
      self.coverage = coverage
    }
  }

  /// What queries attended to.
  public struct Reading: Sendable {
    /// `[N, M]`.
    public let contexts: Tensor

    /// The weights of each query's entries, one query after the other, `[entries]`.
    public let weights: Tensor
  }

  /// The entries of each query's weights.
  public func entries(of segmentOfQuery: [Int]) -> [Range<Int>] {
    var start = 0
    return segmentOfQuery.map { segment in
      let count = segments.entries(of: segment).count
      defer { start += count }
      return start..<start + count
    }
  }

  /// Lets queries attend, each to its segment.
  ///
  /// - Parameters:
  ///   - queries: `[N, A]`.
  ///   - segmentOfQuery: the segment of each.
  ///   - additive: how additive scores are computed; nil for the dot product.
  /// - Returns: the contexts, zeros for a query of an empty segment, and the weights.
  /// - Precondition: the extents agree, and there is a segment for each query.
  public func attend(
    _ queries: Tensor, to segmentOfQuery: [Int], additive: Additive? = nil
  ) -> Reading {
    let pass = AttentionPass(self, queries, segmentOfQuery, additive)
    let (contexts, weights) = pass.run()
    let inputs =
      [queries, handle] + (additive.map { [$0.vector] } ?? [])
      + (additive?.coverage.map { [$0.amounts, $0.vector] } ?? [])
    let results = Tensor.recorded([contexts, weights], from: inputs) { [sums] gradients in
      sums.prepare(keys.shape, values.shape)
      let own = pass.gradients(gradients[0], gradients[1], weights: weights, sums)
      return [own.queries, Tensor(zeros: [0]), own.vector, own.coverage, own.coverageVector]
    }
    return Reading(contexts: results[0], weights: results[1])
  }
}

/// Where the gradients of a memory are added up.
///
/// Pullbacks run one after the other, on the thread that asks for gradients.
final class MemoryGradients: @unchecked Sendable {
  var keys: Tensor?
  var values: Tensor?

  func prepare(_ keyShape: Shape, _ valueShape: Shape) {
    if keys == nil { keys = Tensor(zeros: keyShape) }
    if values == nil { values = Tensor(zeros: valueShape) }
  }
}
