import LembraTensor

/// How far training has come: everything that is not a tensor and decides what comes next.
struct TrainingProgress: Codable {
  /// The number of whole epochs done.
  var epoch = 0

  /// The number of steps done in the current epoch.
  var step = 0

  /// The number of steps done in all epochs.
  var totalSteps = 0

  var plateau = Plateau()
  var bestScore: Double?
  var epochsSinceBest = 0
  var hasStoppedEarly = false
  private(set) var history: [EpochRecord] = []

  /// The time of all epochs of the history; nil where it is to be added up.
  private var finishedSeconds: Double?

  /// The sums of the current epoch.
  var sums = EpochSums()

  /// The time that all steps and validations took so far.
  var seconds: Double { pastSeconds + sums.seconds }

  private var pastSeconds: Double { finishedSeconds ?? history.reduce(0) { $0 + $1.seconds } }

  /// Ends an epoch.
  mutating func endEpoch(_ record: EpochRecord) {
    finishedSeconds = pastSeconds + record.seconds
    history.append(record)
    epoch += 1
    step = 0
    sums = EpochSums()
  }

  /// What can be a number of steps or epochs; there is room to count on.
  static let counts = 0...1 << 48

  /// Throws when the numbers, which come from a file, contradict each other.
  func check() throws(LembraError) {
    guard [epoch, step, totalSteps, epochsSinceBest].allSatisfy(Self.counts.contains),
      history.count == epoch, step <= totalSteps, seconds >= 0
    else {
      throw LembraError(
        .invalidFile, "the checkpoint's counts of epochs and steps contradict each other",
        remedy: "train anew, or use an undamaged checkpoint")
    }
  }

  /// Takes note of the validation score of an epoch, and returns whether it is the best so far.
  mutating func observe(validationScore score: Double, _ stopping: EarlyStopping?) -> Bool {
    guard bestScore.map({ score < $0 - (stopping?.minimumDelta ?? 0) }) ?? true else {
      epochsSinceBest += 1
      if let stopping, epochsSinceBest >= stopping.patience { hasStoppedEarly = true }
      return false
    }
    bestScore = score
    epochsSinceBest = 0
    return true
  }
}

/// What is summed up in the course of an epoch.
struct EpochSums: Codable {
  private var loss = 0.0
  private var weight = 0.0
  private(set) var largestNorm = 0.0
  private(set) var learningRate = 0.0
  var seconds = 0.0

  var meanLoss: Double { loss / weight }

  mutating func add(loss: Float, weight: Double, norm: Double, learningRate: Double) {
    self.loss += Double(loss) * weight
    self.weight += weight
    largestNorm = max(largestNorm, norm)
    self.learningRate = learningRate
  }
}
