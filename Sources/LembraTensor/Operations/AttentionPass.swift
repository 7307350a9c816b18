import CLembraKernels

/// The attention of some queries, without a record.
struct AttentionPass: Sendable {
  private let memory: AttentionMemory
  private let queries: Tensor
  private let additive: AttentionMemory.Additive?

  /// The segment of each query, and where each query's weights begin.
  private let segmentOfQuery: [Int32]
  private let offsets: [Int32]

  private let entryCount: Int

  init(
    _ memory: AttentionMemory, _ queries: Tensor, _ segmentOfQuery: [Int],
    _ additive: AttentionMemory.Additive?
  ) {
    let width = memory.keys.shape[1]
    precondition(
      queries.shape == [segmentOfQuery.count, width],
      "attend: queries \(queries.shape) for \(segmentOfQuery.count) segments of keys of \(width)")
    self.memory = memory
    self.queries = queries
    self.additive = additive
    let entries = memory.entries(of: segmentOfQuery)
    entryCount = entries.last?.upperBound ?? 0
    precondition(
      entryCount <= Int32.max, "attend: \(entryCount) weights are too many at a time")
    offsets = entries.map { Int32($0.lowerBound) }
    self.segmentOfQuery = segmentOfQuery.map { Int32($0) }
    guard let additive else { return }
    precondition(
      additive.vector.shape == [width],
      "attend: a vector of \(additive.vector.shape) for keys of \(width)")
    guard let coverage = additive.coverage else { return }
    precondition(
      coverage.vector.shape == [width] && coverage.amounts.shape == [entryCount],
      "attend: coverage \(coverage.amounts.shape) of \(entryCount) entries")
  }

  func run() -> (contexts: Tensor, weights: Tensor) {
    let count = segmentOfQuery.count
    let shape = Shape(rows: count, columns: memory.values.shape[1])
    guard entryCount > 0 else { return (Tensor(zeros: shape), Tensor(zeros: [0])) }
    var weights = Tensor(shape: [entryCount]) { _ in }
    let contexts = Tensor(shape: shape) { out in
      weights.withMutableElements { weights in
        withKernel { attention, queries in
          inParallel(over: count, cost: costPerQuery) { part in
            withUnsafePointer(to: attention) {
              kernels.attentions.attend(
                $0, queries, weights, out, part.lowerBound, part.upperBound)
            }
          }
        }
      }
    }
    return (contexts, weights)
  }

  struct Gradients {
    let queries: Tensor
    let vector: Tensor?
    let coverage: Tensor?
    let coverageVector: Tensor?
  }

  /// The gradients of the queries and of what makes additive scores, those of the memory being
  /// added to `sums`.
  func gradients(
    _ contextGradients: Tensor?, _ weightGradients: Tensor?, weights: Tensor,
    _ sums: MemoryGradients
  ) -> Gradients {
    let hasCoverage = additive?.coverage != nil
    guard entryCount > 0 else {
      let zeros = Tensor(zeros: [queries.shape[1]])
      return Gradients(
        queries: Tensor(zeros: queries.shape), vector: additive.map { _ in zeros },
        coverage: hasCoverage ? Tensor(zeros: [0]) : nil, coverageVector: hasCoverage ? zeros : nil)
    }
    func blank(_ shape: Shape, if isNeeded: Bool = true) -> Tensor? {
      isNeeded ? Tensor(shape: shape) { _ in } : nil
    }
    var scores = Tensor(shape: [entryCount]) { _ in }
    var queryGradients = Tensor(shape: queries.shape) { _ in }
    var vectors = blank(queries.shape, if: additive != nil)
    var coverageVectors = blank(queries.shape, if: hasCoverage)
    var coverage = blank([entryCount], if: hasCoverage)
    let part = lembra_attention_gradients(
      weights: weights.unsafeBase, context_gradients: contextGradients?.unsafeBase,
      weight_gradients: weightGradients?.unsafeBase, scores: scores.unsafeMutableBase(),
      query_gradients: queryGradients.unsafeMutableBase(),
      key_gradients: sums.base(\.keys), value_gradients: sums.base(\.values),
      vector_gradients: vectors?.unsafeMutableBase(),
      coverage_vector_gradients: coverageVectors?.unsafeMutableBase(),
      coverage_gradients: coverage?.unsafeMutableBase())
    let groups = queriesOfSegments()
    withKernel { attention, queries in
      inParallel(over: groups.count, cost: costPerQuery * 3) { mine in
        withUnsafePointer(to: attention) { attention in
          withUnsafePointer(to: part) { part in
            for query in groups[mine].joined() {
              kernels.attentions.pullback(attention, queries, part, query, query + 1)
            }
          }
        }
      }
    }
    withExtendedLifetime((weights, contextGradients, weightGradients, scores)) {}
    return Gradients(
      queries: queryGradients, vector: vectors?.sum(axis: 0), coverage: coverage,
      coverageVector: coverageVectors?.sum(axis: 0))
  }

  /// The queries of each segment that has any: what one thread works on, since they share rows.
  private func queriesOfSegments() -> [[Int]] {
    var groups = [[Int]](repeating: [], count: memory.segments.count)
    for (query, segment) in segmentOfQuery.enumerated() { groups[Int(segment)].append(query) }
    return groups.filter { !$0.isEmpty }
  }

  /// In nanoseconds: a tanh costs about as much as ten multiply-adds.
  private var costPerQuery: Double {
    let width = Double(memory.keys.shape[1]), columns = Double(memory.values.shape[1])
    let entries = Double(entryCount) / Double(max(segmentOfQuery.count, 1))
    return entries * ((additive == nil ? 0.1 : 0.5) * width + 0.1 * columns)
  }

  private func withKernel(
    _ body: (_ attention: lembra_attention, _ queries: UnsafePointer<Float>) -> Void
  ) {
    memory.segments.withPointers { starts, rows in
      segmentOfQuery.withUnsafeBufferPointer { segments in
        offsets.withUnsafeBufferPointer { offsets in
          guard let rows, let first = segments.baseAddress, let offset = offsets.baseAddress else {
            return
          }
          let attention = lembra_attention(
            keys: memory.keys.unsafeBase, values: memory.values.unsafeBase,
            vector: additive?.vector.unsafeBase,
            coverage_vector: additive?.coverage?.vector.unsafeBase,
            coverage: additive?.coverage?.amounts.unsafeBase, starts: starts, rows: rows,
            segments: first, offsets: offset, key_columns: memory.keys.shape[1],
            value_columns: memory.values.shape[1])
          queries.withElements { body(attention, $0) }
        }
      }
    }
    withExtendedLifetime((memory, additive)) {}
  }
}

extension MemoryGradients {
  /// The memory of a gradient, which is written to.
  fileprivate func base(
    _ gradient: ReferenceWritableKeyPath<MemoryGradients, Tensor?>
  ) -> UnsafeMutablePointer<Float> {
    var tensor = self[keyPath: gradient].take() ?? Tensor(zeros: [0])
    let base = tensor.unsafeMutableBase()
    self[keyPath: gradient] = tensor
    return base
  }
}
