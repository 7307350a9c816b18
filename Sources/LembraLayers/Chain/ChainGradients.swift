import CLembraKernels
import LembraTensor

/// The gradients of a sum over sequences of log partitions, less the scores of given paths, each
/// times a factor.
struct ChainGradients {
  /// `[rows, K]`.
  let emissions: Tensor
  /// `[K, K]`.
  let transitions: Tensor
  /// `[K]`.
  let start: Tensor
  let end: Tensor

  /// - Parameters:
  ///   - sums: a forward recursion that kept everything; it is of no use afterwards.
  ///   - factors: by position in the layout.
  ///   - tags: of each row, or nil for no paths.
  init(_ sums: ChainSums, factors: [Float], tags: [Int32]?) {
    let layout = sums.batch.layout
    var counts: TransitionCounts?
    emissions = Tensor(shape: Shape(rows: layout.rowCount, columns: sums.scores.tagCount)) { out in
      let expected = sums.runBackwardCounting(factors, into: out)
      if let tags { sums.observe(tags, factors, emissions: out, transitions: expected) }
      counts = expected
    }
    transitions = sums.transitionGradient(counts)
    start = Self.sum(of: 0..<(layout.activeCounts.first ?? 0), of: emissions)
    end = Self.sum(
      of: layout.lengths.indices.compactMap { position in
        let length = layout.lengths[position]
        return length > 0 ? layout.offsets[length - 1] + position : nil
      }, of: emissions)
  }

  /// The sum of some rows, in their order.
  private static func sum(of rows: some Collection<Int>, of matrix: Tensor) -> Tensor {
    let columns = matrix.shape[1]
    let places = rows.map { Int32($0) }
    let room = Storage(count: places.count * columns)
    return Tensor(shape: [columns]) { out in
      withExtendedLifetime(room) {
        matrix.withElements {
          kernels.rows.gather_rows($0, places, room.base, places.count, columns)
        }
        kernels.rows.column_sums(room.base, columns, out, places.count, columns)
      }
    }
  }
}

extension ChainSums {
  /// Takes the paths `tags` off the gradients.
  fileprivate func observe(
    _ tags: [Int32], _ factors: [Float], emissions: UnsafeMutablePointer<Float>,
    transitions: TransitionCounts
  ) {
    scores.withChain { chain in
      batch.withSteps { offsets, counts, _ in
        tags.withUnsafeBufferPointer { tags in
          factors.withUnsafeBufferPointer { factors in
            guard let tags = tags.baseAddress, let factors = factors.baseAddress else { return }
            var observation = lembra_chain_observation(
              chain: chain, steps: batch.layout.stepCount, offsets: offsets, counts: counts,
              tags: tags, gradient: factors, emission_gradient: emissions,
              transitions: transitions.storage.base(of: Double.self))
            withExtendedLifetime(transitions) { kernels.chains.observe(&observation) }
          }
        }
      }
    }
  }

  /// The expected transitions of all sequences that are not lost, and `counts`.
  ///
  /// The rows are cut into parts that depend on nothing but their number, so that the sum is the
  /// same however many threads work on them.
  fileprivate func transitionGradient(_ counts: TransitionCounts?) -> Tensor {
    guard let counts, let weights = factors else {
      trap("ChainSums: the way back was not taken")
    }
    let (tagCount, width, rows) = (scores.tagCount, scores.width, batch.layout.rowCount)
    let parts = min(16, (rows + 511) / 512)
    let products = Storage(count: parts * tagCount * tagCount)
    let groupCount = (tagCount + 4 * Int(kernels.lanes) - 1) / (4 * Int(kernels.lanes))
    let cost = Double(rows / max(parts, 1) * width * tagCount) * 0.05
    let multiply = kernels.matrix.multiply_transposed
    inParallel(over: parts, cost: cost) { share in
      let scratch = Storage(count: kernels.matrix.multiply_transposed_scratch_floats(tagCount))
      withExtendedLifetime((scratch, products)) {
        flushingDenormals {
          for part in share {
            let (begin, end) = (rows * part / parts, rows * (part + 1) / parts)
            var product = lembra_multiply_transposed(
              a: states.base + begin * width, a_stride: width, b: weights.base + begin * width,
              b_stride: width, accumulate: 0, c: products.base + part * tagCount * tagCount,
              c_stride: tagCount, sums: nil, m: end - begin, k: tagCount, n: tagCount)
            multiply(&product, scratch.base, 0, groupCount)
          }
        }
      }
    }
    return Tensor(shape: Shape(rows: tagCount, columns: tagCount)) { out in
      withExtendedLifetime((products, counts)) {
        scores.withChain {
          kernels.chains.transition_gradient(
            $0, products.base, parts, counts.storage.base(of: Double.self), counts.count, out)
        }
      }
    }
  }
}
