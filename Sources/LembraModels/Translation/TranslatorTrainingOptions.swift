import LembraLayers
public import LembraTensor
public import LembraTraining

/// How a translator is trained.
public struct TranslatorTrainingOptions: Hashable, Codable, Sendable {
  public var training: TextTrainingOptions

  /// The most target tokens of a step; nil for ``TextTrainingOptions/batchSize`` sentences.
  public var batchTokens: Int?

  /// The share of each target that is spread over all tokens (Szegedy et al., 2016).
  public var labelSmoothing: Float

  /// How probable it is from the eleventh epoch on that the decoder reads a token of its own in place
  /// of the target's; in the first ten it grows evenly from 0 (Bengio et al., "Scheduled sampling for
  /// sequence prediction with recurrent neural networks", 2015).
  public var scheduledSampling: Float

  public init(
    training: TextTrainingOptions = TextTrainingOptions(
      learningRate: 0.0015, schedule: .warmup(length: 20, then: .cosine(end: 0.03)),
      weightDecay: 0, clipping: GradientClipping(norm: 1), epochs: 30, batchSize: 64),
    batchTokens: Int? = 1_000, labelSmoothing: Float = 0.1, scheduledSampling: Float = 0
  ) {
    self.training = training
    self.batchTokens = batchTokens
    self.labelSmoothing = labelSmoothing
    self.scheduledSampling = scheduledSampling
  }

  /// How probable a token of the decoder's own is in an epoch, counted from 0.
  func samplingRate(epoch: Int) -> Float { scheduledSampling * min(1, Float(epoch) / 10) }

  /// Checks every number.
  ///
  /// - Throws: `LembraError` with code `invalidOption` that names the first that cannot be used.
  public func validate(hasValidation: Bool) throws(LembraError) {
    try training.validate(hasValidation: hasValidation)
    try require(
      (training.precision ?? .float32) == .float32, "translators are trained at float32 only",
      "leave out the precision", "precision")
    try require(
      batchTokens.map { $0 >= 1 } ?? true, "a batch of \(batchTokens ?? 0) tokens is empty",
      "choose 1 or more", "batch tokens")
    try require(
      labelSmoothing >= 0 && labelSmoothing < 1,
      "a share of \(labelSmoothing) leaves nothing of a target", "choose 0 or more, below 1",
      "label smoothing")
    try require(
      scheduledSampling >= 0 && scheduledSampling <= 1,
      "\(scheduledSampling) is no probability", "choose a number from 0 to 1",
      "scheduled sampling")
  }
}
