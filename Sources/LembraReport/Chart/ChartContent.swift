/// What has to be known of all marks together before one of them can be placed.
struct ChartContent {
  private(set) var x: Extent
  private(set) var y: Extent
  /// How many marks stand side by side as bars.
  private(set) var barSeries = 0
  private(set) var hasPoints = false
  private(set) var hasHistogram = false
  /// The intervals of the histograms, in the order of the marks.
  private(set) var bins: [[Bin]] = []

  init(_ chart: Chart) {
    x = Extent(logarithmic: chart.x.isLogarithmic)
    y = Extent(logarithmic: chart.y.isLogarithmic)
    for mark in chart.marks { include(mark) }
    if chart.x.includesZero && x.interval != nil { x.include(0) }
    let startsAtZero = chart.y.includesZero || barSeries > 0 || hasHistogram
    if startsAtZero && y.interval != nil { y.include(0) }
  }

  var isEmpty: Bool { x.interval == nil || y.interval == nil }

  private mutating func include(_ mark: Chart.Mark) {
    switch mark {
    case .line(let line): include(line.x, line.y)
    case .band(let band):
      include(band.x, band.lower)
      include(band.x, band.upper)
    case .points(let points):
      hasPoints = true
      include(points.x, points.y)
    case .bars(let bars):
      barSeries += 1
      include(bars)
    case .histogram(let histogram):
      hasHistogram = true
      bins.append(Bin.of(histogram.values))
      for bin in bins.last ?? [] {
        x.include([bin.low, bin.high])
        y.include(Double(bin.count))
      }
    case .rule(let rule):
      switch rule.position {
      case .x(let value): x.include(value)
      case .y(let value): y.include(value)
      }
    }
  }

  private mutating func include(_ xs: [Double], _ ys: [Double]) {
    for (xValue, yValue) in zip(xs, ys) {
      x.include(xValue)
      if Extent.isDrawable(xValue, logarithmic: x.isLogarithmic) { y.include(yValue) }
    }
  }

  private mutating func include(_ bars: Chart.Bars) {
    guard !bars.values.isEmpty else { return }
    let first = Double(bars.start)
    x.include([first - 0.5, first + Double(bars.values.count) - 0.5])
    y.include(bars.values)
    for (value, deviation) in zip(bars.values, bars.deviations) where deviation.isFinite {
      y.include([value - deviation, value + deviation])
    }
  }
}
