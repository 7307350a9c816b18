/// Draws single marks in their place and their samples in the legend.
struct MarkDrawing {
  let layout: ChartLayout
  let chart: Chart
  let style: SeriesStyle

  func draw(_ line: Chart.Line, into markup: inout Markup) {
    let path = LinePath(x: line.x, y: line.y, on: layout.x, layout.y)
    let weight = Double(line.x.count) > 2 * layout.plot.width ? "line dense" : "line"
    write(path.strokes, "\(weight) d\(style.dash)", into: &markup)
    write(path.dots, "dot", into: &markup)
  }

  func draw(_ band: Chart.Band, into markup: inout Markup) {
    write(BandPath(band, on: layout.x, layout.y).outline, "fill band", into: &markup)
  }

  func draw(_ rule: Chart.Rule, into markup: inout Markup) {
    var path = PathData()
    let plot = layout.plot
    switch rule.position {
    case .x(let value):
      guard let x = layout.x(value) else { return }
      path.move(x, plot.bottom)
      path.line(x, plot.top)
    case .y(let value):
      guard let y = layout.y(value) else { return }
      path.move(plot.left, y)
      path.line(plot.right, y)
    }
    markup.empty("path", ["class": "rule", "d": path.text])
  }

  /// Points, each spot of three by three pixels at most once.
  func draw(_ points: Chart.Points, into markup: inout Markup) {
    let symbol = Symbol(style.dash)
    var path = PathData()
    var seen: Set<Spot> = []
    for (xValue, yValue) in zip(points.x, points.y) {
      guard let x = layout.x(xValue), let y = layout.y(yValue) else { continue }
      let spot = Spot(column: Int(x / 3), row: Int(y / 3))
      if seen.insert(spot).inserted { symbol.draw(at: x, y, into: &path) }
    }
    write(path, "points \(symbol.name)", into: &markup)
  }

  private struct Spot: Hashable {
    var column: Int
    var row: Int
  }

  func drawSwatch(
    _ mark: Chart.Mark, left: Double, middle: Double, into markup: inout Markup
  ) {
    let width = Legend.swatchWidth(mark)
    var path = PathData()
    switch mark {
    case .line:
      path.move(left, middle)
      path.line(left + width, middle)
      write(path, "line d\(style.dash)", into: &markup)
    case .rule:
      path.move(left, middle)
      path.line(left + width, middle)
      markup.empty("path", ["class": "rule", "d": path.text])
    case .points:
      let symbol = Symbol(style.dash)
      symbol.draw(at: left + width / 2, middle, into: &path)
      write(path, symbol.name, into: &markup)
    case .band, .bars, .histogram:
      let isBand = if case .band = mark { true } else { false }
      path.move(left, middle - 5)
      path.line(left + width, middle - 5)
      path.line(left + width, middle + 5)
      path.line(left, middle + 5)
      path.close()
      write(path, isBand ? "fill band" : "fill", into: &markup)
    }
  }

  /// Writes `path` in the colour of this style, unless nothing is on it.
  func write(_ path: PathData, _ classes: String, into markup: inout Markup) {
    guard !path.text.isEmpty else { return }
    markup.empty("path", ["class": "\(classes) \(style.colourClass)", "d": path.text])
  }
}

/// The shape of a point; it tells series apart where colours do not.
enum Symbol: Int, CaseIterable {
  case dot, square, plus, cross

  init(_ dash: Int) {
    self = Symbol.allCases[dash % Symbol.allCases.count]
  }

  /// The class in the style sheet.
  var name: String {
    switch self {
    case .dot: "dot"
    case .square: "square"
    case .plus, .cross: "cross"
    }
  }

  func draw(at x: Double, _ y: Double, into path: inout PathData) {
    switch self {
    case .dot, .square: path.dot(x, y)
    case .plus: path.shape("m-3.5 0h7m-3.5-3.5v7", at: x, y)
    case .cross: path.shape("m-2.5-2.5l5 5m0-5l-5 5", at: x, y)
    }
  }
}
