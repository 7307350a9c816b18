extension MarkDrawing {
  /// The part of the room between two positions that a group of bars takes.
  private static let groupShare = 0.8

  /// Draws the bars of one mark, which is the `place`-th of the bars in the chart.
  ///
  /// Bars too thin to be seen apart are drawn as a line through their ends.
  func draw(_ bars: Chart.Bars, place: Int, into markup: inout Markup) {
    let slot = MarkDrawing.groupShare / Double(max(layout.content.barSeries, 1))
    let centers = bars.values.indices.map { Double(bars.start) + Double($0) }
    guard slot * layout.plot.width / layout.x.domain.length >= 1 else {
      draw(Chart.Line(bars.name, x: centers, y: bars.values), into: &markup)
      return
    }
    for (index, value) in bars.values.enumerated() {
      let start = centers[index] - MarkDrawing.groupShare / 2 + slot * Double(place)
      guard let left = layout.x(start), let right = layout.x(start + slot),
        let end = layout.y(value)
      else { continue }
      let deviation = bars.deviations.isEmpty ? .nan : bars.deviations[index]
      let position = chart.name(of: centers[index], on: chart.x)
      let label = MarkDrawing.label(value, deviation)
      let names = [bars.name, position].filter { !$0.isEmpty }.joined(separator: ", ")
      bar(left, right, end: end, note: "\(names): \(label)", into: &markup)
      if deviation.isFinite && deviation != 0 {
        whisker(
          at: (left + right) / 2, from: value - deviation, to: value + deviation, into: &markup)
      }
    }
  }

  /// Draws the intervals of a histogram.
  func draw(_ histogram: Chart.Histogram, bins: [Bin], into markup: inout Markup) {
    for bin in bins where bin.count > 0 {
      guard let left = layout.x(bin.low), let right = layout.x(bin.high),
        let end = layout.y(Double(bin.count))
      else { continue }
      let ends = [bin.low, bin.high].map { chart.name(of: $0, on: chart.x) }
      let note = "\(ends[0]) to \(ends[1]): \(NumberText.integer(bin.count))"
      bar(left, right, end: end, note: note, into: &markup)
    }
  }

  /// A bar from zero to `end`, with a note for the pointer; a hair of room parts it from the next.
  private func bar(
    _ left: Double, _ right: Double, end: Double, note: String, into markup: inout Markup
  ) {
    let base = layout.y(0) ?? layout.plot.bottom
    let gap = right - left > 4 ? 1.0 : 0
    markup.element(
      "rect",
      [
        "class": "fill \(style.colourClass)", "x": Pixels.text(left),
        "y": Pixels.text(min(base, end)), "width": Pixels.text(right - left - gap),
        "height": Pixels.text((base - end).magnitude),
      ]
    ) { $0.element("title", text: note) }
  }

  /// An error bar with a short stroke at each end.
  private func whisker(at x: Double, from low: Double, to high: Double, into markup: inout Markup) {
    guard let top = layout.y(high) else { return }
    let bottom = layout.y(low) ?? layout.plot.bottom
    var path = PathData()
    path.move(x, bottom)
    path.line(x, top)
    for end in [bottom, top] {
      path.move(x - 2.5, end)
      path.line(x + 2.5, end)
    }
    markup.empty("path", ["class": "whisker", "d": path.text])
  }

  private static func label(_ value: Double, _ deviation: Double) -> String {
    NumberText.typographic(
      deviation.isFinite
        ? NumberText.plusMinus(mean: value, sd: deviation) : NumberText.significant(value))
  }
}
