import LembraData
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("The seasonal period")
struct SeasonalPeriodTests {
  static let rows = (0..<2000).map(Double.init)

  @Test(
    "belongs to the step of the index",
    arguments: [
      (TimeStep(1, .month), 12), (TimeStep(1, .day), 7), (TimeStep(1, .hour), 24),
      (TimeStep(1, .quarter), 4), (TimeStep(1, .week), 52), (TimeStep(1, .businessDay), 5),
      (TimeStep(15, .minute), 96), (TimeStep(3, .hour), 8), (TimeStep(2, .month), 6),
    ])
  func fromStep(step: TimeStep, length: Int) {
    let period = SeasonalPeriod(step: step, training: Self.rows)
    #expect(period.length == length)
    #expect(period.evidence == .step(step))
  }

  @Test("is none for straight years, and where the training part does not fill one")
  func none() {
    #expect(SeasonalPeriod(step: TimeStep(1, .year), training: Self.rows).length == 1)
    let short = SeasonalPeriod(step: TimeStep(1, .month), training: Array(Self.rows.prefix(12)))
    #expect(short.length == 1)
    #expect(short.evidence == .none)
  }

  @Test("is the peak of the autocorrelation where no step tells", arguments: [5, 11, 30])
  func fromValues(length: Int) {
    var generator = SplitMix64(seed: 3)
    let values = (0..<400).map { row in
      let trend = 10 + 0.05 * Double(row)
      let season = sin(2 * Double.pi * Double(row) / Double(length))
      return trend + season + 0.1 * Double.random(in: -1...1, using: &generator)
    }
    let period = SeasonalPeriod(step: nil, training: values)
    #expect(period.length == length)
    guard case .autocorrelation(let height) = period.evidence else {
      Issue.record("the period comes from the values")
      return
    }
    #expect(height > 0.5)
  }

  @Test("is seldom found in noise, be it white or with a memory", arguments: [0.0, 0.5, 0.9])
  func noise(memory: Double) {
    let found = (0..<100).count { seed in
      var generator = SplitMix64(seed: UInt64(seed))
      var value = 0.0
      let values = (0..<300).map { _ in
        value = memory * value + Double.random(in: -1...1, using: &generator)
        return value
      }
      return SeasonalPeriod(step: nil, training: values).length > 1
    }
    #expect(found <= 8)
  }

  @Test("is none for constant, straight and short series")
  func shapeless() {
    for values in [[Double](repeating: 2, count: 100), Self.rows, [1, 2, 1], []] {
      #expect(SeasonalPeriod(step: nil, training: values).length == 1)
    }
  }
}
