public import LembraTensor

/// A conditional random field over the tags of a sequence, in which neighbours know each other.
///
/// What a network says of each step, the emissions `[K]` for K tags, is completed by scores of
/// neighbours. The score of a path `y` of tags through L steps, and its probability, are
///
///     s(y) = a[y₁] + Σₜ eₜ[yₜ] + Σₜ A[yₜ, yₜ₊₁] + b[y_L]        p(y) = exp(s(y) - log Z)
///
/// where `log Z = log Σ exp(s(y))` over all paths, the log partition, takes the forward recursion
/// `L K²` steps. A sequence without steps has one path, of score 0.
///
///     let loss = crf.negativeLogLikelihoods(emissions: batch, tags: tags).mean()
///     let tags = crf.decode(batch)
///
/// Scores may be as far apart as `Float` allows, and -∞ for what cannot be: results are those of
/// the formula to the accuracy of `Float`. Where finite scores of one step lie further apart than
/// 58, or those of the transitions than 40, the sums are done with logarithms in double precision,
/// which takes ten to twenty times as long. To forbid something by a constraint, or by -∞, is free;
/// to forbid it by -10,000 is not.
///
/// A sequence's results have the same bits whatever batch it is in and whatever the number of
/// threads.
///
/// Parameters have the names that other libraries use, so that weights saved there load here.
///
/// - Note: Lafferty, McCallum and Pereira, "Conditional random fields: probabilistic models for
///   segmenting and labeling sequence data", 2001.
public struct LinearChainCRF: Module {
  /// `A`, `[K, K]`: the score of the tag of the column after the tag of the row.
  public var transitions: Tensor

  /// `a`, `[K]`: the score of each tag at the start.
  public var startScores: Tensor

  /// `b`, `[K]`: the score of each tag at the end.
  public var endScores: Tensor

  /// What a path may look like; nil for anything.
  ///
  /// Decoding gives allowed paths alone.
  ///
  /// - Precondition: a new value is for K tags.
  public var constraints: TransitionConstraints? {
    didSet { checkConstraints() }
  }

  /// Whether the constraints hold for the probabilities too: then the partition is a sum over the
  /// allowed paths, in training, for marginals and for the probabilities of decoded paths.
  ///
  /// A model that is trained this way wastes nothing on impossible paths. One that is trained
  /// without needs no gold path to be allowed.
  public var constrainsProbabilities: Bool

  /// The number of tags, K.
  public var tagCount: Int { startScores.shape[0] }

  /// Creates a layer whose scores are small random numbers.
  ///
  /// - Parameters:
  ///   - tagCount: K.
  ///   - constraints: what a path may look like; nil for anything.
  ///   - constrainsProbabilities: whether they hold for the probabilities too.
  ///   - initializer: draws all scores.
  ///   - key: names the random numbers.
  /// - Precondition: there is at least one tag, and the constraints are for K tags.
  public init(
    tagCount: Int, constraints: TransitionConstraints? = nil, constrainsProbabilities: Bool = true,
    initializer: Initializer = .uniform(bound: 0.1), key: RandomKey
  ) {
    precondition(tagCount >= 1, "LinearChainCRF: \(tagCount) tags")
    transitions = initializer([tagCount, tagCount], key: key.folding("transitions"))
    startScores = initializer([tagCount], key: key.folding("start"))
    endScores = initializer([tagCount], key: key.folding("end"))
    self.constraints = constraints
    self.constrainsProbabilities = constrainsProbabilities
    checkConstraints()
  }

  private func checkConstraints() {
    precondition(
      constraints.map { $0.tagCount == tagCount } ?? true,
      "LinearChainCRF: constraints of \(constraints?.tagCount ?? 0) tags for \(tagCount)")
  }

  public mutating func visitParameters(_ walk: inout ParameterWalk) {
    walk("start_transitions", &startScores)
    walk("end_transitions", &endScores)
    walk("transitions", &transitions)
  }

  /// The constraints that the probabilities obey.
  var probabilityConstraints: TransitionConstraints? {
    constrainsProbabilities ? constraints : nil
  }

  func check(_ emissions: SequenceBatch) {
    precondition(
      emissions.featureCount == tagCount,
      "LinearChainCRF: emissions of \(emissions.featureCount) features for \(tagCount) tags")
    precondition(
      transitions.shape == [tagCount, tagCount] && endScores.shape == [tagCount],
      "LinearChainCRF: transitions \(transitions.shape) and end scores \(endScores.shape) for "
        + "\(tagCount) tags")
  }
}
