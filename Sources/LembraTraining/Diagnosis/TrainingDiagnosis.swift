import LembraTensor

/// How a training is looked into while it goes on.
///
/// At the first step of every epoch and at every ``interval``-th the batch is run once more, step by
/// step, to see the gates of every recurrent layer. What is learnt stays the same to the bit.
public struct DiagnosisOptions: Hashable, Sendable {
  /// The steps from one look to the next within an epoch.
  public var interval: Int

  /// How many times as long as its running median a gradient is when it is said to explode.
  public var explosion: Double

  /// Where a step is kept whose numbers are not finite; nowhere when nil.
  public var replayPath: String?

  /// - Precondition: `interval ≥ 1` and `explosion > 1`.
  public init(interval: Int = 50, explosion: Double = 1_000, replayPath: String? = nil) {
    precondition(
      interval >= 1 && explosion > 1,
      "DiagnosisOptions: an interval of \(interval), an explosion of \(explosion)")
    self.interval = interval
    self.explosion = explosion
    self.replayPath = replayPath
  }
}

/// What was seen while a training was looked into.
public struct TrainingDiagnosis: Hashable, Codable, Sendable {
  /// What was seen in one epoch.
  public struct Epoch: Hashable, Codable, Sendable {
    /// The epoch, counted from 1.
    public let epoch: Int

    /// The steps that were looked into, counted from 1.
    public let steps: [Int]

    /// The values of each gate of each layer.
    public let gates: [GateStatistics]

    /// The gradients of the batches' losses at the states of each layer.
    public let gradients: [GradientCurve]
  }

  public internal(set) var epochs: [Epoch] = []

  /// What was warned about: a gradient that exploded and did not become infinite.
  public internal(set) var warnings: [String] = []
}
