/// Writes the parts of a laid out chart as SVG, the lowest first.
struct ChartDrawing {
  let chart: Chart
  let layout: ChartLayout

  func draw(into markup: inout Markup) {
    markup.empty(
      "rect",
      [
        "class": "surface", "width": Pixels.text(layout.width),
        "height": Pixels.text(layout.height),
      ])
    drawTitle(into: &markup)
    drawLegend(into: &markup)
    drawCaptions(into: &markup)
    guard !layout.content.isEmpty else {
      drawEmptiness(into: &markup)
      return
    }
    drawYTicks(into: &markup)
    markup.element("g") { drawMarks(into: &$0) }
    drawXTicks(into: &markup)
  }

  private func drawTitle(into markup: inout Markup) {
    typealias M = ChartLayout.Metrics
    for (index, line) in layout.title.enumerated() {
      let y = M.margin + Double(index) * M.titleLine + 14
      text(line, at: M.margin, y, ["class": "title"], into: &markup)
    }
  }

  private func drawLegend(into markup: inout Markup) {
    typealias M = ChartLayout.Metrics
    let top = M.margin + Double(layout.title.count) * M.titleLine + 4
    for entry in layout.legend.entries {
      let left = M.margin + entry.left
      let middle = top + (Double(entry.row) + 0.5) * M.textLine
      MarkDrawing(layout: layout, chart: chart, style: entry.style)
        .drawSwatch(entry.mark, left: left, middle: middle, into: &markup)
      text(
        entry.name, at: M.margin + entry.nameLeft, middle + 4, ["class": "name"], into: &markup)
    }
  }

  private func drawCaptions(into markup: inout Markup) {
    typealias M = ChartLayout.Metrics
    let room = layout.width - 2 * M.margin
    if !chart.y.caption.isEmpty {
      let caption = TextMetrics.shortened(chart.y.caption, to: room, size: M.textSize)
      text(caption, at: M.margin, layout.yCaptionBottom, into: &markup)
    }
    if !chart.x.caption.isEmpty {
      let caption = TextMetrics.shortened(chart.x.caption, to: room, size: M.textSize)
      let half = TextMetrics.width(of: caption, size: M.textSize) / 2
      let middle = (layout.plot.left + layout.plot.right) / 2
      text(
        caption, at: max(M.margin + half, min(middle, layout.width - M.margin - half)),
        layout.xCaptionBottom, ["text-anchor": "middle"], into: &markup)
    }
  }

  private func drawEmptiness(into markup: inout Markup) {
    let plot = layout.plot
    line("axis", plot.left, plot.bottom, plot.right, plot.bottom, into: &markup)
    text(
      "No data", at: (plot.left + plot.right) / 2, (plot.top + plot.bottom) / 2,
      ["text-anchor": "middle"], into: &markup)
  }

  private func drawYTicks(into markup: inout Markup) {
    let plot = layout.plot
    for tick in layout.yTicks {
      guard let y = layout.y(tick.value) else { continue }
      let isBase = tick.value == 0 || y == plot.bottom
      line(isBase ? "axis" : "grid", plot.left, y, plot.right, y, into: &markup)
      text(
        tick.label, at: plot.left - ChartLayout.Metrics.tickGap, y + 4, ["text-anchor": "end"],
        into: &markup)
    }
  }

  private func drawXTicks(into markup: inout Markup) {
    let bottom = layout.plot.bottom
    for placed in layout.xTicks.ticks {
      line("axis", placed.position, bottom, placed.position, bottom + 4, into: &markup)
      let x = placed.labelPosition
      if layout.xTicks.areSlanted {
        let y = bottom + 14
        let turn = "rotate(-45 \(Pixels.text(x)) \(Pixels.text(y)))"
        text(
          placed.tick.label, at: x, y, ["text-anchor": "end", "transform": turn], into: &markup)
      } else {
        text(placed.tick.label, at: x, bottom + 18, ["text-anchor": "middle"], into: &markup)
      }
    }
  }

  private func drawMarks(into markup: inout Markup) {
    var bar = 0
    var histogram = 0
    for (mark, style) in zip(chart.marks, SeriesStyle.resolve(chart.marks)) {
      let drawing = MarkDrawing(layout: layout, chart: chart, style: style)
      switch mark {
      case .line(let line): drawing.draw(line, into: &markup)
      case .band(let band): drawing.draw(band, into: &markup)
      case .points(let points): drawing.draw(points, into: &markup)
      case .rule(let rule): drawing.draw(rule, into: &markup)
      case .bars(let bars):
        drawing.draw(bars, place: bar, into: &markup)
        bar += 1
      case .histogram(let values):
        drawing.draw(values, bins: layout.content.bins[histogram], into: &markup)
        histogram += 1
      }
    }
  }

  private func line(
    _ name: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double,
    into markup: inout Markup
  ) {
    var path = PathData()
    path.move(x1, y1)
    path.line(x2, y2)
    markup.empty("path", ["class": name, "d": path.text])
  }

  private func text(
    _ content: String, at x: Double, _ y: Double, _ attributes: Markup.Attributes = [:],
    into markup: inout Markup
  ) {
    let place: Markup.Attributes = ["x": Pixels.text(x), "y": Pixels.text(y)]
    markup.element("text", place + attributes, text: content)
  }
}
