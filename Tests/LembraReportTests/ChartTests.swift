import LembraReport
import Testing

@Suite("A chart draws all of its data and nothing else")
struct ChartTests {
  private let axes = (x: Chart.Axis("Step", scale: .counting), y: Chart.Axis("Error", unit: "°C"))

  private func chart(_ marks: [Chart.Mark], y: Chart.Axis.Scale = .linear) -> Chart {
    Chart("Title", x: axes.x, y: .init("Error", unit: "°C", scale: y), marks: marks)
  }

  @Test("Whatever is drawn lies inside the plot area", arguments: 0..<60)
  func drawingStaysInside(seed: Int) throws {
    var random = FixedRandom(state: UInt64(seed))
    let chart = RandomChart.make(using: &random)
    let width = Double.random(in: 160...1200, using: &random).rounded()
    let layout = ChartLayout(chart, width: width)
    let elements = try XMLReader.elements(of: chart.svg(width: width))
    let plot = layout.plot
    for mark in elements.marks {
      var corners = subpaths(mark.attributes["d"] ?? "").flatMap(\.self)
      if mark.name == "rect" {
        let numbers = ["x", "y", "width", "height"].map {
          Double(mark.attributes[$0] ?? "") ?? .nan
        }
        corners = [
          Position(x: numbers[0], y: numbers[1]),
          Position(x: numbers[0] + numbers[2], y: numbers[1] + numbers[3]),
        ]
      }
      // The caps of error bars reach 2.5 pixels to either side.
      let slack = mark.attributes["class"]?.hasPrefix("whisker") == true ? 2.51 : 0.011
      for corner in corners {
        #expect(corner.x >= plot.left - slack && corner.x <= plot.right + slack)
        #expect(corner.y >= plot.top - 0.011 && corner.y <= plot.bottom + 0.011)
      }
    }
  }

  @Test("Numbers in paths have at most two decimals", arguments: 0..<20)
  func pathsAreShort(seed: Int) throws {
    var random = FixedRandom(state: UInt64(seed))
    let elements = try XMLReader.elements(of: RandomChart.make(using: &random).svg())
    for data in elements.compactMap({ $0.attributes["d"] }) {
      #expect(!data.contains(/\.\d{3}/) && !data.contains("e"))
    }
  }

  @Test("Labels of ticks do not touch and stay within the drawing", arguments: 0..<60)
  func labelsAreLegible(seed: Int) {
    var random = FixedRandom(state: UInt64(seed))
    let chart = RandomChart.make(using: &random)
    let layout = ChartLayout(chart, width: Double.random(in: 160...1200, using: &random))
    // At 12 pixels, no usual font has letters wider than 9 pixels and digits narrower than 6.
    let ticks = layout.xTicks.ticks
    for (one, next) in zip(ticks, ticks.dropFirst()) {
      let needed =
        layout.xTicks.areSlanted ? 17 : Double(one.tick.label.count + next.tick.label.count) * 3
      #expect(next.labelPosition - one.labelPosition >= needed, "\(one) \(next)")
    }
    let positions = layout.yTicks.compactMap { layout.y($0.value) }
    #expect(zip(positions, positions.dropFirst()).allSatisfy { $0 - $1 >= 15 })
  }

  @Test("A missing value makes a gap, a lonely value a dot")
  func gaps() throws {
    let values = [1, 2, .nan, 4, .infinity, 3, 2, 1]
    let elements = try XMLReader.elements(of: chart([.line(.init("a", values: values))]).svg())
    let lines = elements.marks.withClass("line").flatMap { subpaths($0.attributes["d"] ?? "") }
    let dots = elements.marks.withClass("dot").flatMap { subpaths($0.attributes["d"] ?? "") }
    #expect(lines.map(\.count) == [2, 3])
    #expect(dots.map(\.count) == [1])
  }

  @Test("Zero is missing on a logarithmic axis")
  func logarithmicGap() throws {
    let line = Chart.Line("a", values: [1, 2, 0, 4, 100])
    let elements = try XMLReader.elements(of: chart([.line(line)], y: .logarithmic).svg())
    #expect(subpaths(elements.marks[0].attributes["d"] ?? "").map(\.count) == [2, 2])
  }

  @Test("100,000 points are thinned to the eye's limit and keep their extremes", arguments: [1, 7])
  func thinning(holes: Int) throws {
    var random = FixedRandom(state: 9)
    var values = (0..<100_000).map { _ in Double.random(in: -1...1, using: &random) }
    for index in values.indices where holes > 1 && index % holes == 0 { values[index] = .nan }
    values[31_416] = 8
    values[27_183] = -8
    let chart = chart([.line(.init("a", values: values))])
    let layout = ChartLayout(chart, width: 720)
    let svg = chart.svg()
    let elements = try XMLReader.elements(of: svg)
    let points = elements.marks.flatMap { subpaths($0.attributes["d"] ?? "") }.flatMap(\.self)
    let top = try #require(points.min { $0.y < $1.y })
    let bottom = try #require(points.max { $0.y < $1.y })
    #expect((top.x - (layout.x(31_416) ?? .nan)).magnitude < 0.01)
    #expect((top.y - (layout.y(8) ?? .nan)).magnitude < 0.01)
    #expect((bottom.x - (layout.x(27_183) ?? .nan)).magnitude < 0.01)
    #expect(points.count <= 4 * Int(layout.plot.width + 1))
    #expect(svg.utf8.count < 60_000)
  }

  @Test(
    "Constant, single, huge, tiny and absent values give a chart",
    arguments: [
      [], [.nan, .nan], [5], [0, 0, 0], [-7, -7], [1e300, -1e300], [1e-300, -1e-300],
      [1e9, 1e9 + 1e-6], [.leastNonzeroMagnitude, 0], [.greatestFiniteMagnitude, 1],
      [1, 1.000_000_000_000_1],
    ] as [[Double]], [Chart.Axis.Scale.linear, .logarithmic, .counting])
  func unusualValues(values: [Double], scale: Chart.Axis.Scale) throws {
    let chart = chart(
      [.line(.init("a", values: values)), .bars(.init("b", values: values))], y: scale)
    let elements = try XMLReader.elements(of: chart.svg())
    let drawable = values.filter {
      scale == .logarithmic ? $0 >= 1e-290 && $0 <= 1e300 : $0.magnitude <= 1e300
    }
    #expect(elements.contains { $0.text == "No data" } == drawable.isEmpty)
    #expect(elements.marks.isEmpty == drawable.isEmpty)
  }

  @Test("A histogram counts every value once, in intervals that join", arguments: 0..<30)
  func histogram(seed: Int) {
    var random = FixedRandom(state: UInt64(seed))
    let spread = random.number(-8...8)
    let values = (0..<Int.random(in: 1...3000, using: &random)).map { index in
      index % 50 == 49 ? .nan : spread * Double.random(in: -1...1, using: &random)
    }
    let finite = values.filter(\.isFinite)
    let bins = Bin.of(values)
    #expect(bins.map(\.count).reduce(0, +) == finite.count)
    #expect((1...60).contains(bins.count))
    #expect(zip(bins, bins.dropFirst()).allSatisfy { $0.high == $1.low })
    for bin in bins {
      let inside = finite.filter { bin.low <= $0 && $0 < bin.high }.count
      #expect(inside == bin.count || bin == bins.last)
    }
  }

  @Test("The same points are drawn once, others all")
  func scatter() throws {
    let points = Chart.Points("a", x: [1, 1, 2, .nan], y: [1, 1, 3, 1])
    let elements = try XMLReader.elements(of: chart([.points(points)]).svg())
    #expect(subpaths(elements.marks[0].attributes["d"] ?? "").count == 2)
  }

  @Test("Bars carry their names and values for the pointer and skip missing ones")
  func bars() throws {
    let bars = Chart.Bars(
      "LSTM", values: [0.25, .nan, 3], deviations: [0.02, 0, 0], startingAt: 1)
    let elements = try XMLReader.elements(of: chart([.bars(bars)]).svg())
    let notes = elements.filter { element in
      element.name == "title" && element.parent.map { elements[$0].name == "rect" } == true
    }.map(\.text)
    #expect(notes == ["LSTM, 1: 0.250 ± 0.020", "LSTM, 3: 3 ± 0"])
    #expect(elements.marks.withClass("whisker").count == 1)
  }

  @Test("Names of bars that do not fit level are slanted, all of them", arguments: [360.0, 720])
  func slantedNames(width: Double) {
    let names = (0..<9).map { "linear autoregression \($0)" }
    let bars = Chart.Bars("", values: Array(repeating: 1, count: 9))
    let ticks = ChartLayout(
      Chart("", x: .init("", scale: .labels(names)), y: .init("MSE"), marks: [.bars(bars)]),
      width: width
    ).xTicks
    #expect(ticks.areSlanted && ticks.ticks.map(\.tick.value) == (0..<9).map(Double.init))
    for placed in ticks.ticks {
      #expect(placed.labelPosition - Double(placed.tick.label.count) * 6 * 0.7 >= 0)
    }
    #expect(width < 720 || ticks.ticks.last?.tick.label == names[8])
  }

  @Test("An axis of months names years where months do not fit")
  func months() {
    let names = (0..<240).map { "\(1965 + $0 / 12)-\($0 % 12 < 9 ? "0" : "")\($0 % 12 + 1)" }
    let line = Chart.Line("", values: (0..<240).map(Double.init))
    let layout = ChartLayout(
      Chart("", x: .init("Month", scale: .labels(names)), y: .init(""), marks: [.line(line)]),
      width: 720)
    #expect(layout.xTicks.ticks.prefix(2).map(\.tick.label) == ["1966", "1968"])
    #expect(layout.xTicks.ticks.prefix(2).map(\.tick.value) == [12, 36])
  }

  @Test("The legend names each mark with its own colour and dash")
  func legend() throws {
    let marks = (0..<10).map { Chart.Mark.line(.init("model \($0)", values: [1, 2])) }
    let elements = try XMLReader.elements(of: chart(marks).svg())
    #expect(elements.withClass("name").map(\.text) == (0..<10).map { "model \($0)" })
    #expect(Set(elements.marks.compactMap { $0.attributes["class"] }).count == 10)
    let samples = elements.withClass("line").compactMap { $0.attributes["class"] }
    #expect(Array(samples.prefix(10)) == Array(samples.suffix(10)))
  }

  @Test("A drawing is named, described and escaped, and takes nothing from outside")
  func accessibility() throws {
    let hostile = "<script>alert('1')</script> & \"x\" \u{0}\u{1B}[31m ]]>"
    let chart = Chart(
      hostile, x: .init(hostile, scale: .labels([hostile, "b"])), y: .init("y", unit: hostile),
      marks: [.bars(.init(hostile, values: [1, 2])), .bars(.init("b", values: [1, 2]))])
    let svg = chart.svg(id: "c7")
    let elements = try XMLReader.elements(of: svg)
    #expect(elements[0].name == "svg" && elements[0].attributes["role"] == "img")
    #expect(elements[0].attributes["aria-labelledby"] == "c7-title c7-desc")
    #expect(elements[1].attributes["id"] == "c7-title")
    #expect(elements[1].text.hasPrefix("<script>alert('1')</script> & \"x\" "))
    #expect(elements[2].attributes["id"] == "c7-desc" && !elements[2].text.isEmpty)
    #expect(!elements.contains { $0.name == "script" })
    #expect(!svg.contains("href") && !svg.contains("url("))
    #expect(elements.contains { $0.name == "style" })
    #expect(!chart.svg(styled: false).contains("<style"))
  }
}
