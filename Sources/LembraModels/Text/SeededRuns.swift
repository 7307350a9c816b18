public import LembraTensor

/// A training that came to nothing, such as one that diverged.
public struct TrainingFailure: Sendable {
  public let seed: UInt64
  public let error: LembraError
}

extension TrainingFailure: Encodable {
  private enum CodingKeys: CodingKey { case seed, code, error }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(seed, forKey: .seed)
    try container.encode(error.code.name, forKey: .code)
    try container.encode("\(error)", forKey: .error)
  }
}

/// What came of training one candidate with several seeds.
struct SeededRuns<Run> {
  private(set) var runs: [Run] = []
  private(set) var failures: [TrainingFailure] = []
  private(set) var isInterrupted = false

  /// Trains with every seed until one training is interrupted.
  ///
  /// - Parameters:
  ///   - seeds: the seeds, in their order.
  ///   - train: returns the run, or nil when it was interrupted. It is told whether no run has
  ///     succeeded before. A `LembraError` is kept as a failure.
  /// - Throws: what `train` throws that is no `LembraError`.
  init(_ seeds: [UInt64], _ train: (_ seed: UInt64, _ isFirst: Bool) throws -> Run?) throws {
    for seed in seeds {
      do {
        guard let run = try train(seed, runs.isEmpty) else {
          isInterrupted = true
          return
        }
        runs.append(run)
      } catch let error as LembraError {
        failures.append(TrainingFailure(seed: seed, error: error))
      }
    }
  }
}
