/// A sequence that was found.
public struct FoundSequence: Hashable, Sendable {
  /// The tokens, without the end.
  public let tokens: [Int]

  /// The logarithm of the sequence's probability, its end included.
  public let logProbability: Double

  /// What sequences are ranked by; see ``SearchOptions/lengthPenalty``.
  public let score: Double

  /// Whether it is as long as it may be, so that it may have been cut off.
  public let isCut: Bool

  /// How much each part of the source counted for each token and for the end; empty unless asked for.
  public let attention: [[Float]]
}
