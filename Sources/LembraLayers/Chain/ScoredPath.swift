#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A path of tags through a sequence, and what a ``LinearChainCRF`` thinks of it.
public struct ScoredPath: Hashable, Sendable {
  /// A tag for each step.
  public let tags: [Int]

  /// The sum of the path's emissions, transitions, start and end.
  public let score: Double

  /// The logarithm of the path's probability: its score less the log partition.
  public let logProbability: Double

  public init(tags: [Int], score: Double, logProbability: Double) {
    self.tags = tags
    self.score = score
    self.logProbability = logProbability
  }

  /// The path's share of all paths of its sequence, from 0 to 1.
  public var probability: Double { exp(logProbability) }
}
