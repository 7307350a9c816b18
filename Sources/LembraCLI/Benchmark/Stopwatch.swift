/// Times calls that are too short, or too uneven, to be timed once.
package struct Stopwatch {
  /// Seconds that never go back.
  private let now: () -> Double

  package init(now: @escaping () -> Double = Stopwatch.seconds) {
    self.now = now
  }

  /// Seconds since some moment in the past.
  package static func seconds() -> Double { (ContinuousClock.now - origin) / .seconds(1) }

  private static let origin = ContinuousClock.now

  /// The median of the seconds that a call of `body` takes.
  ///
  /// After three calls to warm up and one that is timed to see how many make a sample of 20 ms,
  /// samples are taken until `budget` is spent: at least 5, at most 200.
  package func medianSeconds(budget: Double, _ body: () -> Void) -> Double {
    for _ in 0..<3 { body() }
    let one = max(seconds(body), 1e-7)
    let calls = max(1, Int(0.02 / one))
    var samples: [Double] = []
    let start = now()
    while samples.count < 5 || (now() - start < budget && samples.count < 200) {
      samples.append(seconds { for _ in 0..<calls { body() } } / Double(calls))
    }
    return samples.sorted()[samples.count / 2]
  }

  /// The seconds of a call of each of two, in turn.
  ///
  /// After three calls to warm up and one that is timed to see how many make a sample of
  /// `sampleSeconds`, pairs of samples are taken until `budget` is spent: at least 5, at most 200.
  package func pairs(
    budget: Double, sampleSeconds: Double = 0.02, _ first: () -> Void, _ second: () -> Void
  ) -> [(first: Double, second: Double)] {
    for _ in 0..<3 {
      first()
      second()
    }
    let calls = max(1, Int(sampleSeconds / max(seconds(first), 1e-7)))
    func sample(_ body: () -> Void) -> Double {
      seconds { for _ in 0..<calls { body() } } / Double(calls)
    }
    var pairs: [(first: Double, second: Double)] = []
    let start = now()
    while pairs.count < 5 || (now() - start < budget && pairs.count < 200) {
      let before = sample(first)
      pairs.append((before, sample(second)))
    }
    return pairs
  }

  /// The seconds that `body` takes.
  func seconds(_ body: () -> Void) -> Double {
    let start = now()
    body()
    return now() - start
  }
}
