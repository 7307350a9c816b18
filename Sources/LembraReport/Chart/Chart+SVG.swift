extension Chart {
  /// Draws the chart as one `svg` element, for a file of its own or inside an HTML page.
  ///
  /// `width` is in pixels; the height follows from the plot area, the legend and the axes. Drawings
  /// in one page need different `id`s, of letters, digits and hyphens. `styled` includes
  /// ``styleSheet``. The same chart always gives the same bytes.
  ///
  /// Traps when `width` is not between 160 and 8,000.
  public func svg(width: Double = 720, id: String = "chart", styled: Bool = true) -> String {
    let layout = ChartLayout(self, width: width)
    var markup = Markup()
    markup.element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "class": "lembra-chart",
        "viewBox": "0 0 \(Pixels.text(width)) \(Pixels.text(layout.height))",
        "width": Pixels.text(width), "height": Pixels.text(layout.height),
        "role": "img", "aria-labelledby": "\(id)-title \(id)-desc",
      ]
    ) { markup in
      markup.element("title", ["id": "\(id)-title"], text: title.isEmpty ? "Chart" : title)
      markup.element("desc", ["id": "\(id)-desc"], text: accessibleSummary(layout))
      if styled { markup.element("style", text: Chart.styleSheet) }
      ChartDrawing(chart: self, layout: layout).draw(into: &markup)
    }
    return markup.text
  }

  private func accessibleSummary(_ layout: ChartLayout) -> String {
    guard summary.isEmpty else { return summary }
    guard !layout.content.isEmpty else { return "No data." }
    var sentences = [range(x, layout.content.x), range(y, layout.content.y)].compactMap(\.self)
    let names = marks.map(\.name).filter { !$0.isEmpty }
    if !names.isEmpty { sentences.append("Shown: " + names.joined(separator: ", ") + ".") }
    return sentences.joined(separator: " ")
  }

  /// Says what an axis spans: `Epoch from 1 to 200.`.
  private func range(_ axis: Axis, _ extent: Extent) -> String? {
    guard let interval = extent.interval, !axis.caption.isEmpty else { return nil }
    let ends = [interval.low, interval.high].map { name(of: $0, on: axis) }
    return "\(axis.caption) from \(ends[0]) to \(ends[1])."
  }

  /// A value as it is named beside `axis`.
  func name(of value: Double, on axis: Axis) -> String {
    if case .labels(let labels) = axis.scale {
      let index = min(max(value.rounded(.toNearestOrEven), 0), Double(max(labels.count - 1, 0)))
      if labels.indices.contains(Int(index)) { return labels[Int(index)] }
    }
    return NumberText.typographic(NumberText.significant(value))
  }
}
