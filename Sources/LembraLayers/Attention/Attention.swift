public import LembraTensor

/// Attention to the steps of a sequence: how much each of them counts for a query.
///
///     score = v · tanh(W q + U y + b)      additive (Bahdanau, Cho and Bengio, 2014)
///     score = v · tanh(W [q; y])           concat   (Luong, Pham and Manning, 2015)
///     score = q · y                        dot      (Luong, Pham and Manning, 2015)
///     score = q · (W y)                    general  (Luong, Pham and Manning, 2015)
///     α = softmax(score) over the steps of the sequence
///     context = Σ α y
///
/// With coverage (Tu et al., 2016) additive and concat scores also see how much a step was attended
/// to so far: a learnt vector times the sum of its weights is added inside the tanh.
///
/// Q is the size of a query, M that of a step `y` and A that of the sum inside the tanh.
public struct Attention: Module {
  /// How a score is computed.
  public enum Kind: String, Hashable, Codable, CaseIterable, Sendable {
    case additive
    case dot
    case general
    case concat

    /// Whether scores are sums through a tanh, which may mind coverage.
    public var isAdditive: Bool { self == .additive || self == .concat }
  }

  public let kind: Kind

  /// `W`, `[A, Q]`, of additive scores.
  public var query: Linear?

  /// `U` `[A, M]` and `b` `[A]` of additive scores, or `W` `[Q, M]` of general ones.
  public var key: Linear?

  /// `v`, `[A]`.
  public var vector: Tensor?

  /// What coverage is multiplied by, `[A]`.
  public var coverage: Tensor?

  /// Creates attention with random weights, uniform as in PyTorch's linear layers.
  ///
  /// - Parameters:
  ///   - kind: how a score is computed.
  ///   - querySize: Q.
  ///   - memorySize: M.
  ///   - attentionSize: A, of additive scores; Q when nil.
  ///   - seesCoverage: whether scores see what was attended to so far.
  ///   - key: names the random numbers.
  /// - Precondition: sizes are above 0; those of dot products agree, and they mind no coverage.
  public init(
    _ kind: Kind, querySize: Int, memorySize: Int, attentionSize: Int? = nil,
    seesCoverage: Bool = false, key: RandomKey
  ) {
    precondition(
      kind != .dot || querySize == memorySize,
      "Attention: a dot product of \(querySize) and \(memorySize) numbers")
    precondition(!seesCoverage || kind.isAdditive, "Attention: \(kind) minds no coverage")
    self.kind = kind
    let size = attentionSize ?? querySize
    switch kind {
    case .dot: return
    case .general:
      self.key = Linear(
        inputSize: memorySize, outputSize: querySize, hasBias: false, key: key.folding("key"))
      return
    case .additive, .concat:
      query = Linear(
        inputSize: querySize, outputSize: size, hasBias: false, key: key.folding("query"))
      self.key = Linear(
        inputSize: memorySize, outputSize: size, hasBias: kind == .additive,
        key: key.folding("key"))
      vector = Initializer.uniform(bound: 1 / Float(size).squareRoot())(
        [size], key: key.folding("vector"))
      if seesCoverage { coverage = Tensor(zeros: [size]) }
    }
  }

  /// Prepares the sequences of a batch to be attended to; a segment is a sequence of the layout.
  ///
  /// - Parameter memory: the sequences, with M features.
  /// - Returns: what is ready to be attended to.
  /// - Precondition: there are M features.
  public func reader(of memory: SequenceBatch) -> AttentionReader {
    reader(of: memory, values: nil, repeatedQuery)
  }

  /// `W` for many applications, where there is one.
  var repeatedQuery: RepeatedAffine? { query.map { RepeatedAffine($0.weight, $0.bias) } }

  /// Prepares the sequences of a batch, where `W` is prepared already and contexts may be weighted sums of
  /// other `values` than the memory's own rows.
  func reader(
    of memory: SequenceBatch, values: Tensor?, _ query: RepeatedAffine?
  ) -> AttentionReader {
    AttentionReader(
      memory: AttentionMemory(
        keys: key?(memory.rows) ?? memory.rows, values: values ?? memory.rows,
        segments: memory.layout.segments),
      query: query, vector: vector,
      coverageVector: coverage)
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("query", &query)
    walk("key", &key)
    walk("vector", &vector)
    walk("coverage", &coverage)
  }
}

/// Sequences that are ready to be attended to, any number of times.
public struct AttentionReader: Sendable {
  public let memory: AttentionMemory
  private let query: RepeatedAffine?
  private let vector: Tensor?
  private let coverageVector: Tensor?

  init(
    memory: AttentionMemory, query: RepeatedAffine?, vector: Tensor?, coverageVector: Tensor?
  ) {
    self.memory = memory
    self.query = query
    self.vector = vector
    self.coverageVector = coverageVector
  }

  /// Whether scores see what was attended to so far.
  public var seesCoverage: Bool { coverageVector != nil }

  /// Lets queries attend.
  ///
  /// - Parameters:
  ///   - queries: `[N, Q]`.
  ///   - segmentOfQuery: the sequence that each attends to, by its position in the layout.
  ///   - coverage: how much each entry was attended to so far, as the weights of a reading lie;
  ///     zeros when nil.
  /// - Returns: the contexts `[N, M]` and weights.
  public func callAsFunction(
    _ queries: Tensor, _ segmentOfQuery: [Int], coverage: Tensor? = nil
  ) -> AttentionMemory.Reading {
    var additive = vector.map { AttentionMemory.Additive(vector: $0) }
    if let coverage, let coverageVector {
      additive?.coverage = (amounts: coverage, vector: coverageVector)
    }
    return memory.attend(query?(queries) ?? queries, to: segmentOfQuery, additive: additive)
  }

  /// The contexts of any number of queries, whose weights need not all be there at a time.
  package func contexts(
    _ queries: Tensor, _ segmentOfQuery: [Int], mostWeights: Int = 1 << 24
  ) -> Tensor {
    let entries = memory.entries(of: segmentOfQuery)
    var counts: [Int] = []
    var start = 0
    while start < entries.count {
      let most = entries[start].lowerBound + mostWeights
      var end = start + 1
      while end < entries.count, entries[end].upperBound <= most { end += 1 }
      counts.append(end - start)
      start = end
    }
    guard counts.count > 1 else { return self(queries, segmentOfQuery).contexts }
    var place = 0
    let parts = queries.splittingRows(counts).map { rows in
      defer { place += rows.shape[0] }
      return self(rows, Array(segmentOfQuery[place..<place + rows.shape[0]])).contexts
    }
    return Tensor(stacking: parts)
  }
}
