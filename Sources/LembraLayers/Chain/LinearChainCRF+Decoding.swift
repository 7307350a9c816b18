import CLembraKernels
public import LembraTensor

extension LinearChainCRF {
  /// The path of the highest score for each sequence (Viterbi, 1967).
  ///
  /// - Parameter emissions: the emissions `e`, K features a step.
  /// - Returns: a tag for each step of each sequence, in the caller's order. Constraints are obeyed
  ///   wherever there is a path that does.
  /// - Precondition: `emissions` has K features.
  public func decode(_ emissions: SequenceBatch) -> [[Int]] {
    decodeWithScores(emissions).map(\.tags)
  }

  /// The path of the highest score for each sequence, and that score.
  ///
  /// Sums are in double precision. Among equal scores the path whose last differing tag has the
  /// lower number is taken.
  ///
  /// - Parameter emissions: the emissions `e`, K features a step.
  /// - Returns: a path for each sequence, in the caller's order; one of score -∞, which means
  ///   nothing, where there is no possible path.
  /// - Precondition: `emissions` has K features.
  public func decodeWithScores(
    _ emissions: SequenceBatch
  ) -> [(tags: [Int], score: Double)] {
    check(emissions)
    let batch = ChainBatch(emissions)
    let layout = batch.layout
    let scores = ChainScores(self, constraints).preparedExactly()
    let findPath = kernels.chains.best_path
    let cost = 40 + Double(scores.width * scores.tagCount) * 0.15
    return scores.withChain { chain in
      batch.mapInParallel(
        cost: cost,
        room: {
          (
            work: Storage(Double.self, count: $0 * scores.width),
            path: Storage(Int32.self, count: $0)
          )
        }
      ) { position, room in
        withExtendedLifetime(room) {
          let path = room.path.base(of: Int32.self)
          let score = batch.withSequence(position, chain) {
            var sequence = $0
            return findPath(&sequence, room.work.base(of: Double.self), path)
          }
          return (tags: (0..<layout.lengths[position]).map { Int(path[$0]) }, score: score)
        }
      }
    }
  }

  /// The `count` paths of the highest scores for each sequence, best first.
  ///
  /// It takes as much memory as `count` numbers for each tag of each step of the longest sequence,
  /// and up to `count²` times as long as ``decode(_:)``.
  ///
  /// - Parameters:
  ///   - count: how many paths are wanted.
  ///   - emissions: the emissions `e`, K features a step.
  /// - Returns: for each sequence, in the caller's order, its paths with their scores and
  ///   probabilities; fewer where there are fewer possible ones.
  /// - Precondition: `count ≥ 1`, `count · K` is below 2³¹, and `emissions` has K features.
  /// - Note: Seshadri and Sundberg, "List Viterbi decoding algorithms with applications", 1994.
  public func best(_ count: Int, _ emissions: SequenceBatch) -> [[ScoredPath]] {
    precondition(
      count >= 1 && count <= Int(Int32.max) / tagCount,
      "best: \(count) paths of \(tagCount) tags")
    check(emissions)
    let batch = ChainBatch(emissions)
    let partitions = ChainSums(batch, ChainScores(self, probabilityConstraints), keepsAll: false)
    let scores = ChainScores(self, constraints).preparedExactly()
    let cost = Double(count * scores.width * scores.tagCount)
    return scores.withChain { chain in
      batch.mapInParallel(
        cost: cost, room: { ChainRanking(count: count, longest: $0, scores, chain) }
      ) { position, room in
        room.paths(batch, position, chain, logPartition: partitions.logPartition(position))
      }
    }
  }
}

/// Room for ranking the paths of one sequence after the other.
private struct ChainRanking {
  let count: Int
  private let work: Storage
  private let before: Storage
  private let paths: Storage
  private let scores: Storage

  init(count: Int, longest: Int, _ scores: ChainScores, _ chain: UnsafePointer<lembra_chain>) {
    self.count = count
    work = Storage(Double.self, count: kernels.chains.best_paths_doubles(chain, count))
    before = Storage(Int32.self, count: longest * count * scores.width)
    paths = Storage(Int32.self, count: longest * count)
    self.scores = Storage(Double.self, count: count)
  }

  func paths(
    _ batch: ChainBatch, _ position: Int, _ chain: UnsafePointer<lembra_chain>,
    logPartition: Double
  ) -> [ScoredPath] {
    batch.withSequence(position, chain) { sequence in
      var best = lembra_chain_best(
        sequence: sequence, count: count, work: work.base(of: Double.self),
        before: before.base(of: Int32.self), paths: paths.base(of: Int32.self),
        scores: scores.base(of: Double.self))
      kernels.chains.best_paths(&best)
    }
    let length = batch.layout.lengths[position]
    let found = UnsafeBufferPointer(start: scores.base(of: Double.self), count: count)
    return found.prefix { $0 > -.infinity }.enumerated().map { rank, score in
      let path = UnsafeBufferPointer(
        start: paths.base(of: Int32.self) + rank * length, count: length)
      return ScoredPath(
        tags: path.map { Int($0) }, score: score, logProbability: score - logPartition)
    }
  }
}
