import LembraReport

/// Charts of every kind with values of every size.
enum RandomChart {
  static func make(using random: inout FixedRandom) -> Chart {
    let count = Int.random(in: 0...400, using: &random)
    let scales: [Chart.Axis.Scale] = [.linear, .logarithmic, .counting]
    let labels = (0..<count).map { row in
      let month = row % 12 + 1
      return count % 2 == 0
        ? "category \(row)" : "\(1900 + row / 12)-\(month < 10 ? "0" : "")\(month)"
    }
    let xScales = scales + [.labels(labels)]
    let marks = (0..<Int.random(in: 1...4, using: &random)).map { index in
      mark("series \(index)", count: count, using: &random)
    }
    return Chart(
      "Some chart with a title",
      x: .init("x", scale: xScales.randomElement(using: &random) ?? .linear),
      y: .init("y", unit: "mm", scale: scales.randomElement(using: &random) ?? .linear),
      marks: marks)
  }

  private static func mark(
    _ name: String, count: Int, using random: inout FixedRandom
  ) -> Chart.Mark {
    let size = random.number(-20...20)
    let y = (0..<count).map { index in
      index % 17 == 3 ? .nan : size * Double.random(in: -1...2, using: &random)
    }
    let x = (0..<count).map { Double($0) * 1.5 - 4 }
    switch Int.random(in: 0..<7, using: &random) {
    case 0: return .line(.init(name, values: y))
    case 1: return .line(.init(name, x: x, y: y))
    case 2: return .band(.init(name, x: x, lower: y.map { $0 * 0.9 }, upper: y))
    case 3: return .bars(.init(name, values: y, deviations: y.map { ($0 * 0.1).magnitude }))
    case 4: return .histogram(.init(name, values: y))
    case 5: return .points(.init(name, x: x, y: y))
    default: return .rule(.init(name, at: .y(size)))
    }
  }
}
