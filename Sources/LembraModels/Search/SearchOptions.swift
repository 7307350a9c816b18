public import LembraTensor

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How sequences are searched for.
public struct SearchOptions: Hashable, Codable, Sendable {
  /// How many hypotheses are followed at a time; 1 takes the most probable token at every step.
  public var beamSize: Int

  /// How tokens are drawn, instead of a search for the most probable ones; nil to search.
  public var sampling: SamplingOptions?

  /// How many sequences are returned.
  public var best: Int

  /// α, how much longer sequences are favoured: a score is `log P / ((5 + n) / 6)^α` for n tokens, the
  /// end included (Wu et al., "Google's neural machine translation system", 2016).
  public var lengthPenalty: Double

  /// β, how much it costs to leave parts of the source unattended (Wu et al., 2016):
  /// `β Σ log min(Σ attention, 1)`, the outer sum being over the source, is added to a score.
  public var coveragePenalty: Double

  /// The fewest tokens of a sequence, its end aside.
  public var minimumLength: Int

  /// The most tokens of a sequence, its end aside.
  public var maximumLength: Int

  /// The most tokens for each token of the source, with ten more; nil for no such limit.
  public var maximumLengthRatio: Double?

  /// The length of the runs of tokens of which none may occur twice (Paulus, Xiong and Socher, "A
  /// deep reinforced model for abstractive summarization", 2017); nil allows all.
  public var blockedLength: Int?

  /// Whether search goes on until no hypothesis can become better than those returned.
  ///
  /// Otherwise a sequence that is complete keeps its place in the beam, so that fewer are followed, and
  /// search ends when all places are taken.
  public var isExact: Bool

  /// Whether what each token attended to is returned.
  public var returnsAttention: Bool

  public init(
    beamSize: Int = 5, best: Int = 1, lengthPenalty: Double = 1, coveragePenalty: Double = 0,
    minimumLength: Int = 0, maximumLength: Int = 200, maximumLengthRatio: Double? = 3,
    blockedLength: Int? = nil, isExact: Bool = false, returnsAttention: Bool = false,
    sampling: SamplingOptions? = nil
  ) {
    self.beamSize = beamSize
    self.best = best
    self.lengthPenalty = lengthPenalty
    self.coveragePenalty = coveragePenalty
    self.minimumLength = minimumLength
    self.maximumLength = maximumLength
    self.maximumLengthRatio = maximumLengthRatio
    self.blockedLength = blockedLength
    self.isExact = isExact
    self.returnsAttention = returnsAttention
    self.sampling = sampling
  }

  /// Takes the most probable token at every step.
  public static let greedy = SearchOptions(beamSize: 1)

  /// The most hypotheses that stand side by side for a source.
  var rowsOfSource: Int { sampling == nil ? beamSize : best }

  /// Whether the decoder has to tell what it attends to.
  public var needsAttention: Bool { returnsAttention || coveragePenalty > 0 }

  /// Checks every number.
  ///
  /// - Throws: `LembraError` with code `invalidOption` that names the first that cannot be used.
  public func validate() throws(LembraError) {
    try require(
      (1...1_000).contains(beamSize), "a beam of \(beamSize) hypotheses cannot be followed",
      "choose from 1 to 1000", "beam")
    try require(
      sampling != nil || (1...beamSize).contains(best),
      "a beam of \(beamSize) does not give \(best) sequences",
      "choose from 1 to the size of the beam", "n best")
    try require(
      (1...1_000).contains(best), "\(best) sequences cannot be given", "choose from 1 to 1000",
      "n best")
    try sampling?.validate()
    try require(
      lengthPenalty >= 0 && lengthPenalty.isFinite,
      "a length penalty of \(lengthPenalty) means nothing", "choose 0 or more", "length penalty")
    try require(
      coveragePenalty >= 0 && coveragePenalty.isFinite,
      "a coverage penalty of \(coveragePenalty) means nothing", "choose 0 or more",
      "coverage penalty")
    try require(
      minimumLength >= 0 && minimumLength <= maximumLength,
      "a sequence of \(minimumLength) to \(maximumLength) tokens does not exist",
      "choose a minimum from 0 to the maximum", "minimum length")
    try require(
      maximumLength <= 100_000, "a sequence of \(maximumLength) tokens is too long",
      "choose at most 100000", "maximum length")
    try require(
      maximumLengthRatio.map { $0 > 0 && $0.isFinite } ?? true,
      "a ratio of \(maximumLengthRatio ?? 0) leaves nothing", "choose a number above 0",
      "maximum length ratio")
    try require(
      blockedLength.map { $0 >= 1 } ?? true, "runs of \(blockedLength ?? 0) tokens are none",
      "choose 1 or more", "blocked length")
  }

  /// The most tokens of a sequence, given the length of its source.
  func maximumLength(sourceLength: Int) -> Int {
    guard let maximumLengthRatio else { return maximumLength }
    let most = min(Double(sourceLength) * maximumLengthRatio + 10, Double(maximumLength))
    return max(minimumLength, Int(most))
  }

  /// What the logarithm of a probability is divided by; n counts the end.
  func normalization(_ n: Int) -> Double { pow((5 + Double(n)) / 6, lengthPenalty) }
}
