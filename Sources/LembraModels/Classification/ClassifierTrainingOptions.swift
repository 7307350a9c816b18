public import LembraTensor

/// What a classifier is made of beside its network, and how that is trained.
public struct ClassifierTrainingOptions: Hashable, Codable, Sendable {
  /// How labels that are rare are made to count.
  public enum ClassWeighting: String, CaseIterable, Hashable, Codable, Sendable {
    /// Every text counts the same.
    case none
    /// Every class counts the same: a text in inverse proportion to the number of its label.
    case balanced
  }

  /// How often a word must occur in the training part to be known.
  public var minimumCount: Int

  /// The most words that are known; nil for all.
  public var vocabularySize: Int?

  /// Whether words are put in lower case.
  public var lowercases: Bool

  public var classWeighting: ClassWeighting

  /// The share of a target that is spread over all classes.
  public var labelSmoothing: Float

  public var training: TextTrainingOptions

  public init(
    minimumCount: Int = 2, vocabularySize: Int? = nil, lowercases: Bool = true,
    classWeighting: ClassWeighting = .none, labelSmoothing: Float = 0,
    training: TextTrainingOptions = TextTrainingOptions(epochs: 12, batchSize: 50)
  ) {
    self.minimumCount = minimumCount
    self.vocabularySize = vocabularySize
    self.lowercases = lowercases
    self.classWeighting = classWeighting
    self.labelSmoothing = labelSmoothing
    self.training = training
  }

  /// Checks every number.
  ///
  /// - Throws: `LembraError` with code `invalidOption` that names the first that cannot be used.
  public func validate(hasValidation: Bool) throws(LembraError) {
    try require(
      minimumCount >= 1, "words that occur \(minimumCount) times are none", "choose 1 or more",
      "min count")
    try require(
      vocabularySize.map { $0 >= 2 } ?? true,
      "a vocabulary of \(vocabularySize ?? 0) words has no room", "choose 2 or more", "vocabulary")
    try require(
      labelSmoothing >= 0 && labelSmoothing < 1, "a label smoothing of \(labelSmoothing)",
      "choose a share from 0 to below 1", "label smoothing")
    try training.validate(hasValidation: hasValidation)
  }
}
