/// The names of the marks in rows that fit the width of the chart.
struct Legend {
  struct Entry {
    let mark: Chart.Mark
    let style: SeriesStyle
    let name: String
    /// The left end and the row, counted from the top left of the legend.
    let left: Double
    let row: Int

    /// Where the name starts.
    var nameLeft: Double { left + Legend.swatchWidth(mark) + Legend.swatchGap }
  }

  fileprivate static let swatchGap = 6.0
  private static let gap = 18.0

  let entries: [Entry]

  /// Entries for the named marks, where there is more than one to tell apart.
  init(_ chart: Chart, width: Double) {
    let size = ChartLayout.Metrics.textSize
    let named = zip(chart.marks, SeriesStyle.resolve(chart.marks)).filter { !$0.0.name.isEmpty }
    guard named.count > 1 else {
      entries = []
      return
    }
    var left = 0.0
    var row = 0
    entries = named.map { mark, style in
      let offset = Legend.swatchWidth(mark) + Legend.swatchGap
      let name = TextMetrics.shortened(mark.name, to: width - offset, size: size)
      let length = offset + TextMetrics.width(of: name, size: size)
      if left > 0 && left + length > width {
        left = 0
        row += 1
      }
      defer { left += length + Legend.gap }
      return Entry(mark: mark, style: style, name: name, left: left, row: row)
    }
  }

  var height: Double {
    entries.last.map { Double($0.row + 1) * ChartLayout.Metrics.textLine + 4 } ?? 0
  }

  /// The width of the sample of a mark.
  static func swatchWidth(_ mark: Chart.Mark) -> Double {
    switch mark {
    case .line, .band, .rule: 24
    case .bars, .histogram, .points: 10
    }
  }
}
