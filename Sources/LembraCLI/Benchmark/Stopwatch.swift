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
    let calls = calls(of: body, in: 0.02)
    return Self.median(of: samples(budget) { sample(of: calls, body) })
  }

  /// The seconds of a call of each of two, in turn; which of them comes first alternates.
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
    let calls = calls(of: first, in: sampleSeconds)
    var isFirstAhead = false
    return samples(budget) {
      isFirstAhead.toggle()
      let ahead = sample(of: calls, isFirstAhead ? first : second)
      let after = sample(of: calls, isFirstAhead ? second : first)
      return isFirstAhead ? (ahead, after) : (after, ahead)
    }
  }

  /// The median of measurements, of an even number the larger of the two in the middle.
  package static func median(of values: [Double]) -> Double { values.sorted()[values.count / 2] }

  /// How many calls take so many seconds, judging by one.
  private func calls(of body: () -> Void, in sampleSeconds: Double) -> Int {
    max(1, Int(sampleSeconds / max(seconds(body), 1e-7)))
  }

  /// The mean seconds of some calls.
  private func sample(of calls: Int, _ body: () -> Void) -> Double {
    seconds { for _ in 0..<calls { body() } } / Double(calls)
  }

  private func samples<Sample>(_ budget: Double, _ take: () -> Sample) -> [Sample] {
    var samples: [Sample] = []
    let start = now()
    while samples.count < 5 || (now() - start < budget && samples.count < 200) {
      samples.append(take())
    }
    return samples
  }

  /// The seconds that `body` takes.
  func seconds(_ body: () -> Void) -> Double {
    let start = now()
    body()
    return now() - start
  }
}
