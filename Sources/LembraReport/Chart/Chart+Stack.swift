extension Chart {
  /// Draws charts one below the other as one `svg` element, for a file of its own.
  ///
  /// `width` is in pixels. The same charts always give the same bytes.
  ///
  /// Traps when `width` is not between 160 and 8,000.
  public static func svg(stacking charts: [Chart], width: Double = 720) -> String {
    if charts.count == 1 { return charts[0].svg(width: width) }
    let heights = charts.map { ChartLayout($0, width: width).height }
    let height = Pixels.text(heights.reduce(0, +))
    var markup = Markup()
    markup.element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "viewBox": "0 0 \(Pixels.text(width)) \(height)",
        "width": Pixels.text(width), "height": height,
      ]
    ) { markup in
      var top = 0.0
      for (index, chart) in charts.enumerated() {
        markup.element("g", ["transform": "translate(0 \(Pixels.text(top)))"]) { markup in
          markup.write(
            markup: chart.svg(width: width, id: "chart-\(index + 1)", styled: index == 0))
        }
        top += heights[index]
      }
    }
    return markup.text
  }
}
