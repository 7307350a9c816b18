import LembraData
import LembraTensor
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("A scaler")
struct ScalerTests {
  static func randomSeries(seed: UInt64, rowCount: Int = 50) -> Series {
    var generator = SplitMix64(seed: seed)
    let values = (0..<rowCount).flatMap { _ in
      [
        Double.random(in: -1...1, using: &generator),
        Double.random(in: 1e6...1e6 + 1, using: &generator),
        Double.random(in: 0...1e-6, using: &generator), 7.1,
      ]
    }
    return Series(names: ["a", "b", "c", "constant"], targetCount: 2, values: values)
  }

  @Test("gives back what it scaled", arguments: Scaler.Kind.allCases)
  func inverse(kind: Scaler.Kind) throws {
    let series = Self.randomSeries(seed: 1)
    let scaler = Scaler(kind, fitting: series, training: 0..<30)
    for (position, value) in series.values.enumerated() {
      let column = position % 4
      let there = scaler.scaled(value, column: column)
      let back = scaler.unscaled(there, column: column)
      // Subtracting and adding the offset round to the larger of the numbers involved.
      let fitted = scaler.columns[column]
      let largest = max(value.magnitude, fitted.offset.magnitude, fitted.scale)
      #expect(abs(back - value) <= 4 * largest.ulp)
    }
  }

  @Test("standard gives zero mean and unit sample deviation, as R and pandas compute it")
  func standard() throws {
    let series = Self.randomSeries(seed: 2)
    let scaler = Scaler(.standard, fitting: series, training: 10..<40)
    for column in 0..<3 {
      let scaled = (10..<40).map { scaler.scaled(series.values[$0 * 4 + column], column: column) }
      let mean = scaled.reduce(0, +) / 30
      let variance = scaled.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 29
      #expect(abs(mean) < 1e-8)
      #expect(abs(variance - 1) < 1e-8)
    }
    // 2, 4, 6: mean 4, squares 4 + 0 + 4 over 3 - 1.
    let small = Series(names: ["x"], targetCount: 1, values: [2, 4, 6])
    let column = Scaler(.standard, fitting: small, training: 0..<3).columns[0]
    #expect(column.offset == 4)
    #expect(column.scale == 2)
  }

  @Test("min-max gives 0 to 1 on the training part")
  func minMax() {
    let series = Self.randomSeries(seed: 3)
    let scaler = Scaler(.minMax, fitting: series, training: 0..<50)
    for column in 0..<3 {
      let scaled = series.column(column).map { scaler.scaled($0, column: column) }
      #expect(scaled.min() == 0)
      #expect(scaled.max() == 1)
    }
  }

  @Test("keeps a constant column, and a single row, finite", arguments: Scaler.Kind.allCases)
  func constant(kind: Scaler.Kind) throws {
    let series = Self.randomSeries(seed: 4)
    for training in [0..<50, 3..<4] {
      let scaler = Scaler(kind, fitting: series, training: training)
      #expect(scaler.columns[3].scale == 1)
      #expect(try scaler.scaled(series).allSatisfy(\.isFinite))
    }
  }

  @Test("is not moved by any row after the training part", arguments: Scaler.Kind.allCases)
  func leakage(kind: Scaler.Kind) {
    var future = Self.randomSeries(seed: 5)
    let before = Scaler(kind, fitting: future, training: 0..<30)
    let training = Array(future.values.prefix(120))
    future = Series(
      names: future.names, targetCount: 2,
      values: training + (0..<80).map { Double($0) * 1e9 })
    #expect(Scaler(kind, fitting: future, training: 0..<30) == before)
  }

  @Test("names the value that it cannot scale")
  func overflow() throws {
    let series = Series(names: ["x"], targetCount: 1, values: [0, 1e-30, 1e30])
    let scaler = Scaler(.minMax, fitting: series, training: 0..<2)
    let error = try lembraError { _ = try scaler.scaled(series) }
    #expect(error.location.column == "x")
    #expect(error.message.contains("1e+30"))
  }

  @Test("brings forecasts back by their target")
  func forecasts() {
    let series = countingSeries(rowCount: 10, columnCount: 3, targetCount: 2)
    let scaler = Scaler(.minMax, fitting: series, training: 0..<10)
    #expect(scaler.unscaled([0, 0, 1, 1], targetCount: 2) == [0, 100, 9, 109])
  }

  @Test("is the same after being saved", arguments: Scaler.Kind.allCases)
  func saved(kind: Scaler.Kind) throws {
    let scaler = Scaler(kind, fitting: Self.randomSeries(seed: 6), training: 0..<30)
    let bytes = try JSONEncoder().encode(scaler)
    #expect(try JSONDecoder().decode(Scaler.self, from: bytes) == scaler)
  }

  @Test(
    "is refused when a file has none that can be inverted",
    arguments: [
      #"{"kind":"standard","columns":[{"name":"x","offset":0,"scale":0}]}"#,
      #"{"kind":"standard","columns":[{"name":"x","offset":0,"scale":-1}]}"#,
      #"{"kind":"standard","columns":[]}"#,
    ])
  func damaged(json: String) throws {
    let error = try lembraError { _ = try JSONDecoder().decode(Scaler.self, from: Data(json.utf8)) }
    #expect(error.code == .invalidFile)
  }
}
