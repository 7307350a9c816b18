import LembraTensor

/// A rectangle in pixels, y downwards.
package struct Rectangle: Hashable, Sendable {
  package var left: Double
  package var top: Double
  package var right: Double
  package var bottom: Double

  package var width: Double { right - left }
  package var height: Double { bottom - top }
}

/// Where everything of a chart stands; nothing is drawn yet.
package struct ChartLayout {
  /// Sizes in pixels.
  enum Metrics {
    static let margin = 12.0
    static let titleSize = 15.0
    static let titleLine = 20.0
    static let textSize = 12.0
    static let textLine = 19.0
    static let tickGap = 8.0
    /// The least room along the y axis from one tick to the next.
    static let rowHeight = 34.0
  }

  package let width: Double
  package let height: Double
  package let plot: Rectangle
  let title: [String]
  let legend: Legend
  package let x: Projection
  package let y: Projection
  package let xTicks: PlacedTicks
  package let yTicks: [Tick]
  let content: ChartContent
  /// The baselines of the captions of the axes.
  let xCaptionBottom: Double
  let yCaptionBottom: Double

  package init(_ chart: Chart, width: Double) {
    typealias M = Metrics
    precondition((160...8000).contains(width), "Chart: a width of \(width) pixels")
    self.width = width
    content = ChartContent(chart)
    let inner = width - 2 * M.margin
    title = TextMetrics.lines(of: chart.title, width: inner, size: M.titleSize, atMost: 3)
    legend = Legend(chart, width: inner)

    var top = M.margin + Double(title.count) * M.titleLine + legend.height
    if !chart.y.caption.isEmpty { top += M.textLine }
    yCaptionBottom = top - 3
    top += 12

    yTicks = ChartLayout.yTicks(chart.y, content.y.resolved, height: chart.plotHeight)
    let labels = content.isEmpty ? [] : yTicks.map(\.label)
    let widest = labels.map { TextMetrics.width(of: $0, size: M.textSize) }.max() ?? 0
    plot = Rectangle(
      left: (M.margin + widest + M.tickGap).rounded(.up), top: top.rounded(.up),
      right: width - M.margin - 2, bottom: top.rounded(.up) + chart.plotHeight)
    y = Projection(
      domain: ChartLayout.domain(of: yTicks), isLogarithmic: chart.y.isLogarithmic,
      start: plot.bottom, end: plot.top)

    let placing = TickPlacing(axis: chart.x, content: content, plot: plot, width: width)
    (x, xTicks) = placing.place()
    var bottom = plot.bottom + M.tickGap + xTicks.height
    if !chart.x.caption.isEmpty { bottom += M.textLine }
    xCaptionBottom = bottom - 2
    height = (bottom + M.margin).rounded(.up)
  }

  private static func yTicks(_ axis: Chart.Axis, _ range: Interval, height: Double) -> [Tick] {
    let limit = max(2, Int(height / Metrics.rowHeight) + 1)
    switch axis.scale {
    case .logarithmic: return LogarithmicTicks.covering(range, atMost: limit)
    case .linear: return LinearTicks.covering(range, atMost: limit)
    case .counting, .labels:
      return LinearTicks.covering(range, atMost: limit, wholeNumbers: true)
    }
  }

  static func domain(of ticks: [Tick]) -> Interval {
    Interval(ticks.first?.value ?? 0, ticks.last?.value ?? 1)
  }
}
