/// SplitMix64 (Steele, Lea, Flood 2014), so that every run of the tests sees the same cases.
struct FixedRandom: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number of either sign with an exponent of ten from `exponents`.
  mutating func number(_ exponents: ClosedRange<Int>) -> Double {
    let power = Double("1e\(Int.random(in: exponents, using: &self))") ?? 1
    return Double.random(in: -10...10, using: &self) * power
  }
}

/// A position in a drawing.
struct Position: Hashable {
  var x: Double
  var y: Double
}

/// The subpaths of a `d` with absolute commands; a dot is a subpath of one position.
func subpaths(_ data: String) -> [[Position]] {
  var result: [[Position]] = []
  for part in data.split(separator: "M") {
    let numbers = part.prefix { $0 != "h" && $0 != "m" }
      .split { $0 == " " || $0 == "L" || $0 == "Z" }.compactMap { Double($0) }
    result.append(
      stride(from: 0, to: numbers.count - 1, by: 2).map {
        Position(x: numbers[$0], y: numbers[$0 + 1])
      })
  }
  return result
}

extension [Element] {
  /// Those whose class attribute holds `name`.
  func withClass(_ name: String) -> [Element] {
    filter { ($0.attributes["class"] ?? "").split(separator: " ").contains(Substring(name)) }
  }

  /// What is drawn in the plot area, without the legend: marks are in the only group.
  var marks: [Element] {
    filter { element in element.parent.map { self[$0].name == "g" } ?? false }
  }
}
