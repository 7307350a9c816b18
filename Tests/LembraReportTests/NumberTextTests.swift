import LembraReport
import Testing

@Suite("Numbers are written for people")
struct NumberTextTests {
  @Test(
    "A number has the decimals that were asked for",
    arguments: [
      (0, 2, "0.00"), (-0.001, 2, "0.00"), (2.675, 2, "2.68"), (1.005, 2, "1.01"),
      (0.5, 0, "1"), (-1.25, 1, "-1.3"), (9.996, 2, "10.00"), (999_999.5, 0, "1,000,000"),
      (1234.5, 1, "1,234.5"), (20, 1, "20.0"), (1e21, 0, "1,000,000,000,000,000,000,000"),
      (.leastNonzeroMagnitude, 3, "0.000"), (.nan, 2, "NaN"), (-.infinity, 2, "-∞"),
    ])
  func fixed(value: Double, decimals: Int, text: String) {
    #expect(NumberText.fixed(value, decimals: decimals) == text)
  }

  @Test(
    "A number has the significant digits that were asked for and none that say nothing",
    arguments: [
      (0, "0"), (0.12138, "0.1214"), (0.5, "0.5"), (100, "100"), (1234.56, "1,235"),
      (123_456, "123,456"), (12_345_678, "1.235e+07"), (1.5e-7, "1.5e-07"), (-0.0001, "-0.0001"),
      (9.99996, "10"), (0.000_099_999_9, "1e-04"), (1e300, "1e+300"),
    ])
  func significant(value: Double, text: String) {
    #expect(NumberText.significant(value) == text)
  }

  @Test(
    "A mean has the decimals of its deviation",
    arguments: [
      (0.12138, 0.01774, "0.121 ± 0.018"), (521.3, 26.4, "521 ± 26"), (0.42, 0, "0.42 ± 0.00"),
      (12.3456, 0.0996, "12.35 ± 0.10"), (1.2e-7, 1.8e-8, "(1.20 ± 0.18)e-07"),
      (0, 0, "0 ± 0"), (1.2e-20, 1.8e-21, "(1.20 ± 0.18)e-20"),
      (1, 1e-15, "1.000000000 ± 0.000000000"), (3, .nan, "3"), (.nan, 1, "NaN"),
      (1e12, 1, "(1.000 ± 0.000)e+12"),
    ])
  func plusMinus(mean: Double, sd: Double, text: String) {
    #expect(NumberText.plusMinus(mean: mean, sd: sd) == text)
  }

  @Test(
    "A duration is in the units in which one speaks of it",
    arguments: [
      (0, "0 s"), (3.1e-7, "310 ns"), (0.00025, "250 µs"), (0.031, "31 ms"), (0.09996, "0.10 s"),
      (0.31, "0.31 s"), (9.996, "10.0 s"), (59.96, "1 min 0 s"), (125, "2 min 5 s"),
      (3599.6, "1 h 0 min"), (11_520, "3 h 12 min"), (187_200, "2 d 4 h"), (-1, "–"), (.nan, "–"),
      (1e18, "1e+18 s"),
    ])
  func duration(seconds: Double, text: String) {
    #expect(NumberText.duration(seconds: seconds) == text)
  }

  @Test(
    "One thing is written without an s",
    arguments: [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1_000, "1,000 rows")])
  func counted(count: Int, text: String) {
    #expect(NumberText.counted(count, "row") == text)
  }

  @Test("Thousands are parted", arguments: [(0, "0"), (-999, "-999"), (17_921, "17,921")])
  func integer(value: Int, text: String) {
    #expect(NumberText.integer(value) == text)
    #expect(NumberText.integer(.min) == "-9,223,372,036,854,775,808")
  }

  @Test(
    "Print has signs of its own",
    arguments: [
      ("-0.12", "−0.12"), ("1.5e-07", "1.5×10⁻⁷"), ("-2e+12", "−2×10¹²"),
      ("(1.20 ± 0.18)e-07", "(1.20 ± 0.18)×10⁻⁷"), ("NaN", "NaN"),
    ])
  func typographic(text: String, print: String) {
    #expect(NumberText.typographic(text) == print)
  }

  @Test("The digits of a number are exactly the number")
  func digitsAreExact() {
    var random = FixedRandom(state: 1)
    for _ in 0..<2000 {
      let value = random.number(-30...30)
      let digits = DecimalDigits(value)
      #expect(Double(digits.plain(decimals: digits.decimals, grouped: false)) == value)
    }
  }

  @Test("Rounding moves a number by at most half of its last digit")
  func roundingIsClose() {
    var random = FixedRandom(state: 2)
    for decimals in 0...8 {
      for _ in 0..<200 {
        let value = random.number(-9...4)
        let text = NumberText.fixed(value, decimals: decimals, grouped: false)
        let half = 0.5 * (Double("1e-\(decimals)") ?? 0)
        #expect(((Double(text) ?? .nan) - value).magnitude <= half * 1.000_001, "\(value)")
      }
    }
  }
}
