import CLembraKernels
public import LembraTensor

extension LinearChainCRF {
  /// `-log p(y)` of a given path for each sequence: the loss to train by.
  ///
  /// Its gradient of an emission is the probability of the tag at that step, less 1 at the given
  /// tag; of a transition, how often it is expected less how often it was taken; and likewise of
  /// the start and the end.
  ///
  /// - Parameters:
  ///   - emissions: the emissions `e`, K features a step.
  ///   - tags: the given tag of each row, in the order of the layout's rows.
  /// - Returns: `[N]`, one number for each sequence in the caller's order; +∞ for a path whose
  ///   score is -∞, as that of a path that the constraints forbid is when they hold for the
  ///   probabilities. ``allows(_:)`` tells before.
  /// - Precondition: `emissions` has K features, and there is one tag a row, in `0 ..< K`.
  public func negativeLogLikelihoods(emissions: SequenceBatch, tags: [Int]) -> Tensor {
    precondition(
      tags.count == emissions.layout.rowCount,
      "negativeLogLikelihoods: \(tags.count) tags for \(emissions.layout.rowCount) rows")
    let count = tagCount
    let places = tags.map { tag -> Int32 in
      precondition(
        tag >= 0 && tag < count, "negativeLogLikelihoods: there is no tag \(tag) among \(count)")
      return Int32(tag)
    }
    return recordedSums(emissions, tags: places)
  }

  /// `log Z` for each sequence.
  ///
  /// - Parameter emissions: the emissions `e`, K features a step.
  /// - Returns: `[N]`, in the caller's order; -∞ for a sequence without a possible path.
  /// - Precondition: `emissions` has K features.
  public func logPartitions(_ emissions: SequenceBatch) -> Tensor {
    recordedSums(emissions, tags: nil)
  }

  /// The probability of each tag at each step, `p(yₜ = k)`.
  ///
  /// - Parameter emissions: the emissions `e`, K features a step.
  /// - Returns: K features a step, which add up to 1; they are constants for every gradient. Zeros
  ///   for a sequence without a possible path.
  /// - Precondition: `emissions` has K features.
  public func marginals(_ emissions: SequenceBatch) -> SequenceBatch {
    check(emissions)
    let scores = ChainScores(self, probabilityConstraints)
    let sums = ChainSums(ChainBatch(emissions), scores, keepsAll: true)
    let rows = Tensor(shape: emissions.rows.shape) { sums.runBackward(nil, into: $0) }
    return emissions.replacing(rows: rows)
  }

  /// Whether the constraints allow a path; true if there are none.
  ///
  /// - Precondition: the tags are in `0 ..< K`.
  public func allows(_ path: [Int]) -> Bool {
    constraints?.allows(path) ?? true
  }

  /// Log partitions, less the scores of the paths `tags` if there are any, as one record.
  private func recordedSums(_ emissions: SequenceBatch, tags: [Int32]?) -> Tensor {
    check(emissions)
    let inputs = [emissions.rows, transitions, startScores, endScores]
    let batch = ChainBatch(emissions)
    let order = batch.layout.order
    let sums = ChainSums(
      batch, ChainScores(self, probabilityConstraints),
      keepsAll: inputs.contains { $0.isTracked })
    let pathScores = tags.map { sums.pathScores($0) }
    let result = Tensor(shape: [order.count]) { out in
      for (position, index) in order.enumerated() {
        let score = pathScores?[position] ?? 0
        // Taking -∞ from -∞ would make NaN of what is impossible.
        out[index] =
          score == -.infinity ? .infinity : Float(sums.logPartition(position) - score)
      }
    }
    return Tensor.recorded([result], from: inputs) { gradients in
      guard let gradient = gradients[0] else { return [nil, nil, nil, nil] }
      let factors = gradient.array
      let all = ChainGradients(sums, factors: order.map { factors[$0] }, tags: tags)
      return [all.emissions, all.transitions, all.start, all.end]
    }[0]
  }
}

extension ChainSums {
  /// The score of each sequence's path, by position, from the tag of each row.
  fileprivate func pathScores(_ tags: [Int32]) -> [Double] {
    let score = kernels.chains.path_score
    return scores.withChain { chain in
      (0..<batch.layout.batchCount).map { position in
        batch.withSequence(position, chain) {
          var sequence = $0
          return score(&sequence, tags)
        }
      }
    }
  }
}
