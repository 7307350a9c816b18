import LembraReport
import Testing

@Suite("Ticks are round and cover the data")
struct TickTests {
  @Test("Linear ticks cover any range, evenly, within their number, under names that are true")
  func linear() {
    var random = FixedRandom(state: 3)
    for _ in 0..<1500 {
      let low = random.number(-200...200)
      let interval = Interval(
        low, low + max(random.number(-200...200).magnitude, low.magnitude * 1e-9))
      let limit = Int.random(in: 3...12, using: &random)
      let ticks = LinearTicks.covering(interval, atMost: limit)
      guard let first = ticks.first, let last = ticks.last, ticks.count >= 2 else {
        Issue.record("no ticks for \(interval)")
        continue
      }
      let step = (last.value - first.value) / Double(ticks.count - 1)
      #expect(ticks.count <= limit)
      #expect(first.value <= interval.low + step * 1e-6)
      #expect(last.value >= interval.high - step * 1e-6)
      #expect(interval.length >= step * Double(ticks.count - 1) - 2.000_01 * step)
      for (index, tick) in ticks.enumerated() {
        #expect((tick.value - (first.value + Double(index) * step)).magnitude <= step * 1e-3)
        #expect(number(tick.label) == tick.value, "\(tick)")
      }
    }
  }

  @Test("Ticks within a range do not leave it")
  func within() {
    var random = FixedRandom(state: 4)
    for _ in 0..<500 {
      let low = random.number(-5...5)
      let interval = Interval(low, low + random.number(-5...5).magnitude + low.magnitude * 0.01)
      for tick in LinearTicks.within(interval, atMost: 8) {
        #expect(tick.value >= interval.low - interval.length * 1e-9)
        #expect(tick.value <= interval.high + interval.length * 1e-9)
      }
    }
  }

  @Test(
    "Ticks are at 1, 2, 2.5 and 5 times a power of ten",
    arguments: [
      (0, 200, ["0", "50", "100", "150", "200"]), (-0.3, 0.71, ["−0.5", "0.0", "0.5", "1.0"]),
      (0, 1e22, ["0", "0.25×10²²", "0.50×10²²", "0.75×10²²", "1.00×10²²"]),
      (0, 40_000, ["0", "10,000", "20,000", "30,000", "40,000"]),
      (1950, 1983, ["1950", "1960", "1970", "1980", "1990"]),
    ])
  func golden(low: Double, high: Double, labels: [String]) {
    let ticks = LinearTicks.covering(Interval(low, high), atMost: 5)
    #expect(ticks.map(\.label) == labels)
  }

  @Test("Counts have no ticks between whole numbers")
  func wholeNumbers() {
    let ticks = LinearTicks.covering(Interval(1, 3), atMost: 12, wholeNumbers: true)
    #expect(ticks.map(\.label) == ["1", "2", "3"])
  }

  @Test("Logarithmic ticks cover any range with names that are true")
  func logarithmic() {
    var random = FixedRandom(state: 5)
    for _ in 0..<1500 {
      let low = max(random.number(-250...200).magnitude, 1e-280)
      let factor = 1.001 + random.number(-2...90).magnitude
      let limit = Int.random(in: 3...12, using: &random)
      let ticks = LogarithmicTicks.covering(Interval(low, low * factor), atMost: limit)
      #expect((2...max(limit, 3)).contains(ticks.count), "\(low) \(factor) \(limit)")
      #expect((ticks.first?.value ?? .infinity) <= low * 1.000_001)
      #expect((ticks.last?.value ?? 0) >= low * factor * 0.999_999)
      #expect(zip(ticks, ticks.dropFirst()).allSatisfy { $0.value < $1.value })
      for tick in ticks { #expect(number(tick.label) == tick.value, "\(tick)") }
    }
  }

  @Test("Dates are thinned to starts of years, then months, then days")
  func dates() {
    let months = (0..<120).map { "\(1950 + $0 / 12)-\($0 % 12 < 9 ? "0" : "")\($0 % 12 + 1)" }
    let choices = LabelTicks.choices(
      from: LabelTicks.all(months, within: Interval(5, 100)), atMost: 40)
    #expect(choices.contains { $0.map(\.label) == (1951...1958).map(String.init) })
    #expect(choices.contains { $0.map(\.label) == ["1952", "1954", "1956", "1958"] })
    #expect(choices.contains { $0.first?.label == "1950-07" && $0.first?.value == 6 })
    #expect(choices.allSatisfy { $0.count <= 40 })
    #expect(choices.contains { $0.map(\.value) == Array(stride(from: 6, through: 99, by: 3)) })
  }

  @Test("Texts that are no dates are thinned to every n-th")
  func texts() {
    let choices = LabelTicks.choices(
      from: LabelTicks.all((0..<40).map { "row \($0)" }, within: Interval(0, 29)), atMost: 40)
    #expect(choices.contains { $0.map(\.value) == [0, 10, 20] })
    #expect(LabelTicks.choices(from: [], atMost: 5).allSatisfy { $0.isEmpty })
  }
}

/// The number that a label stands for.
private func number(_ label: String) -> Double? {
  let superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹"
  var text = label.replacing("−", with: "-").replacing(",", with: "").replacing("×10", with: "e")
  if text.hasPrefix("10"), let third = text.dropFirst(2).first, !third.isASCII {
    text = "1e" + text.dropFirst(2)
  }
  return Double(
    String(
      text.map { character in
        if let index = superscripts.firstIndex(of: character) {
          return Character(String(superscripts.distance(from: superscripts.startIndex, to: index)))
        }
        return character == "⁻" ? "-" : character
      }))
}
