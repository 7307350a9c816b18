#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How the learning rate changes in the course of training, as a factor of its first value.
///
/// Positions count epochs or steps, as ``ScheduleUnit`` says, from 0 to below a total `n`.
public indirect enum LearningRateSchedule: Hashable, Sendable {
  /// 1 throughout.
  case constant

  /// `factor` to the power of `⌊i / every⌋` at position `i`.
  case step(every: Int, factor: Double)

  /// `factor` to the power of `i` at position `i`.
  case exponential(factor: Double)

  /// From 1 down to `end` along half a cosine, `end + (1 − end) (1 + cos(π i / n)) / 2`.
  ///
  /// Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017.
  case cosine(end: Double)

  /// Evenly up to 1 in `length` positions, `(i + 1) / (length + 1)`, and then another schedule that
  /// begins there.
  ///
  /// Goyal et al., "Accurate, large minibatch SGD", 2017.
  case warmup(length: Int, then: LearningRateSchedule)

  /// Multiplied by `factor`, not below `minimum`, whenever the score of more than `patience` epochs
  /// in a row was no better than the best one before.
  ///
  /// A score is better when it is below the best by more than a ten-thousandth of it, as in
  /// PyTorch. The score is that of the validation, or the training loss without one.
  case plateau(patience: Int, factor: Double, minimum: Double)

  /// The factor at `position` of `total`, where `plateau` is the factor that ``Plateau`` has come to.
  public func factor(at position: Int, of total: Int, plateau: Double = 1) -> Double {
    switch self {
    case .constant: return 1
    case .step(let every, let factor): return pow(factor, Double(position / every))
    case .exponential(let factor): return pow(factor, Double(position))
    case .cosine(let end):
      let done = total > 0 ? min(1, Double(position) / Double(total)) : 1
      return end + (1 - end) * (1 + cos(.pi * done)) / 2
    case .warmup(let length, let next):
      return position < length
        ? Double(position + 1) / Double(length + 1)
        : next.factor(at: position - length, of: total - length, plateau: plateau)
    case .plateau: return plateau
    }
  }
}

/// What the positions of a schedule count.
public enum ScheduleUnit: String, CaseIterable, Codable, Sendable {
  case epoch
  case step
  /// Thousandths of the whole training, by steps or by the time limit, whichever is further.
  case progress
}

/// The memory of ``LearningRateSchedule/plateau(patience:factor:minimum:)``.
public struct Plateau: Hashable, Codable, Sendable {
  /// What the learning rate is multiplied by.
  public private(set) var factor = 1.0

  private var best: Double?
  private var epochsSinceBest = 0

  public init() {}

  /// Takes note of the score of an epoch, less being better; other schedules change nothing.
  public mutating func observe(_ score: Double, under schedule: LearningRateSchedule) {
    switch schedule {
    case .warmup(_, let next): observe(score, under: next)
    case .plateau(let patience, let reduction, let minimum):
      if best.map({ score < $0 - 1e-4 * abs($0) }) ?? true {
        best = score
        epochsSinceBest = 0
        return
      }
      epochsSinceBest += 1
      if epochsSinceBest > patience {
        factor = max(factor * reduction, min(minimum, factor))
        epochsSinceBest = 0
      }
    case .constant, .step, .exponential, .cosine: return
    }
  }
}
