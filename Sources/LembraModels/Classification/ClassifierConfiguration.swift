public import LembraData
public import LembraTensor

/// What a classifier reads and what it chooses among.
public struct ClassifierConfiguration: Hashable, Codable, Sendable {
  /// What turns a text into words.
  public var tokenizer: Tokenizer

  /// The labels, in the order of their scores.
  public var labels: [String]

  /// Whether a text may have several labels, or none.
  public var isMultiLabel: Bool

  /// The most words of a text that are read.
  public var longest: Int

  public var architecture: ClassifierArchitecture

  public init(
    tokenizer: Tokenizer, labels: [String], isMultiLabel: Bool = false, longest: Int = 10_000,
    architecture: ClassifierArchitecture = ClassifierArchitecture()
  ) {
    self.tokenizer = tokenizer
    self.labels = labels
    self.isMultiLabel = isMultiLabel
    self.longest = longest
    self.architecture = architecture
  }

  /// Checks everything, so that building a network of it cannot fail.
  ///
  /// - Throws: `LembraError` with code `invalidOption` that names the first that cannot be used.
  public func validate() throws(LembraError) {
    try require(
      labels.count >= (isMultiLabel ? 1 : 2), "\(counted(labels.count, "label")) leave no choice",
      "give texts with at least two labels", "labels")
    try require(
      Set(labels).count == labels.count, "a label is there twice", "name each label once", "labels")
    try require(longest >= 1, "texts of \(longest) words are empty", "choose 1 or more", "longest")
    try require(
      tokenizer.unknown != nil, "there is no token for unknown words",
      "use a tokenizer with an unknown token", "tokenizer")
    try architecture.validate(tokenCount: tokenizer.count, classCount: labels.count)
  }

  /// The tokens of a text; a text without words is the unknown word.
  func tokens(_ text: String) -> [Int] {
    let tokens = tokenizer.encode(text)
    return tokens.isEmpty ? [unknown] : Array(tokens.prefix(longest))
  }

  /// The words that the tokens of a text stand for, as they are known to the model.
  func words(_ text: String) -> [String] { tokens(text).map(tokenizer.token) }

  var unknown: Int { tokenizer.unknown ?? 0 }

  /// The labels that these probabilities choose.
  func chosen(_ probabilities: [Float]) -> [Int] {
    if isMultiLabel { return probabilities.indices.filter { probabilities[$0] >= 0.5 } }
    let best = probabilities.indices.max { probabilities[$0] < probabilities[$1] }
    return best.map { [$0] } ?? []
  }
}
