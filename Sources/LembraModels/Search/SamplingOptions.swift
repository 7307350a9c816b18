public import LembraTensor

/// How the next token is drawn from a model's probabilities.
public struct SamplingOptions: Hashable, Codable, Sendable {
  /// What scores are divided by: below 1 the probable becomes more probable; 0 takes the most
  /// probable token.
  public var temperature: Double

  /// Only so many of the most probable tokens are drawn from; nil for all.
  public var topK: Int?

  /// Only the most probable tokens that together have this probability are drawn from; nil for all
  /// (Holtzman et al., "The curious case of neural text degeneration", 2020).
  public var topP: Double?

  /// What the scores of tokens that have occurred are divided by, or, where they are negative,
  /// multiplied with; 1 for no difference (Keskar et al., "CTRL", 2019).
  public var repetitionPenalty: Double

  /// Names the random numbers.
  public var seed: UInt64

  public init(
    temperature: Double = 1, topK: Int? = nil, topP: Double? = nil, repetitionPenalty: Double = 1,
    seed: UInt64 = 0
  ) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.repetitionPenalty = repetitionPenalty
    self.seed = seed
  }

  /// What the random numbers come from.
  package var key: RandomKey { RandomKey(seed: seed).folding("sampling") }

  /// Checks every number.
  ///
  /// - Throws: `LembraError` with code `invalidOption` that names the first that cannot be used.
  public func validate() throws(LembraError) {
    try require(
      temperature >= 0 && temperature.isFinite, "a temperature of \(temperature) means nothing",
      "choose 0 or more", "temperature")
    try require(
      topK.map { $0 >= 1 } ?? true, "there is nothing to draw from among \(topK ?? 0) tokens",
      "choose 1 or more", "top k")
    try require(
      topP.map { $0 > 0 && $0 <= 1 } ?? true, "\(topP ?? 0) is no probability to draw from",
      "choose a number above 0 and at most 1", "top p")
    try require(
      repetitionPenalty > 0 && repetitionPenalty.isFinite,
      "a repetition penalty of \(repetitionPenalty) means nothing", "choose a number above 0",
      "repetition penalty")
  }
}
