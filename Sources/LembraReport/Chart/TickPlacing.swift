/// The ticks of the x axis with the room their labels take.
package struct PlacedTicks {
  package struct Placed {
    package var tick: Tick
    package var position: Double
    /// The middle of a level label, or the end of a slanted one.
    package var labelPosition: Double
  }

  package var ticks: [Placed]
  /// Whether labels rise to the right instead of lying level.
  package var areSlanted: Bool

  /// The height that the labels take below the axis.
  var height: Double {
    guard areSlanted else { return ticks.isEmpty ? 0 : ChartLayout.Metrics.textSize }
    let widest = ticks.map { TickPlacing.width(of: $0.tick.label) }.max() ?? 0
    return widest * TickPlacing.slant + ChartLayout.Metrics.textSize
  }
}

/// Chooses the ticks of the x axis such that no two labels touch.
struct TickPlacing {
  /// The sine and the cosine of 45°.
  static let slant = 0.707
  private static let gap = 10.0
  /// The longest label that slants, in pixels.
  private static let longest = 160.0

  let axis: Chart.Axis
  let content: ChartContent
  let plot: Rectangle
  let width: Double

  func place() -> (Projection, PlacedTicks) {
    if case .labels(let labels) = axis.scale {
      let projection = projection(content.x.resolved)
      return (projection, place(labels, on: projection))
    }
    // Bars are few and want their names; a long axis wants calm.
    var limit = max(3, Int(plot.width / (content.barSeries > 0 ? 24 : 44)))
    while true {
      let (projection, ticks) = candidates(atMost: limit)
      if limit == 1 || isLegible(ticks, on: projection) {
        return (projection, level(limit == 1 ? Array(ticks.prefix(1)) : ticks, on: projection))
      }
      limit -= 1
    }
  }

  static func width(of label: String) -> Double {
    TextMetrics.width(of: label, size: ChartLayout.Metrics.textSize)
  }

  private func projection(_ domain: Interval) -> Projection {
    Projection(
      domain: domain, isLogarithmic: axis.isLogarithmic, start: plot.left, end: plot.right)
  }

  /// Numeric ticks, and the domain that goes with them: widened to the outer ticks for a scatter,
  /// as long as the data otherwise.
  private func candidates(atMost limit: Int) -> (Projection, [Tick]) {
    let range = content.x.resolved
    let isWhole = axis.scale == .counting
    let covering =
      axis.isLogarithmic
      ? LogarithmicTicks.covering(range, atMost: limit)
      : LinearTicks.covering(range, atMost: limit, wholeNumbers: isWhole)
    if content.hasPoints { return (projection(ChartLayout.domain(of: covering)), covering) }
    let inside =
      axis.isLogarithmic
      ? covering.filter { range.contains($0.value) }
      : LinearTicks.within(range, atMost: limit, wholeNumbers: isWhole)
    return (projection(range), inside)
  }

  private func place(_ labels: [String], on projection: Projection) -> PlacedTicks {
    let all = LabelTicks.all(labels, within: projection.domain)
    if isLegible(all, on: projection) { return level(all, on: projection) }
    let room = plot.width / Double(max(all.count, 1))
    let areDates = all.allSatisfy { CalendarLabel($0.label) != nil }
    if content.barSeries > 0 && !areDates && room >= 20 { return slanted(all, on: projection) }
    let choices = LabelTicks.choices(from: all, atMost: Int(width / TickPlacing.gap))
    let short = choices.lazy.map { choice in
      choice.map { tick in
        let label = TextMetrics.shortened(
          tick.label, to: plot.width / 3, size: ChartLayout.Metrics.textSize)
        return Tick(value: tick.value, label: label)
      }
    }
    return level(short.first { isLegible($0, on: projection) } ?? [], on: projection)
  }

  private func level(_ ticks: [Tick], on projection: Projection) -> PlacedTicks {
    PlacedTicks(
      ticks: ticks.compactMap { tick in
        guard let position = projection(tick.value) else { return nil }
        let half = TickPlacing.width(of: tick.label) / 2
        let inside = max(half + 2, min(position, width - half - 2))
        return .init(tick: tick, position: position, labelPosition: inside)
      }, areSlanted: false)
  }

  private func slanted(_ ticks: [Tick], on projection: Projection) -> PlacedTicks {
    PlacedTicks(
      ticks: ticks.compactMap { tick in
        guard let position = projection(tick.value) else { return nil }
        let end = position + 4
        let room = min(TickPlacing.longest, (end - 4) / TickPlacing.slant)
        let label = TextMetrics.shortened(
          tick.label, to: room, size: ChartLayout.Metrics.textSize)
        return .init(
          tick: Tick(value: tick.value, label: label), position: position, labelPosition: end)
      }, areSlanted: true)
  }

  /// Whether level labels keep their distance and stay within the drawing.
  private func isLegible(_ ticks: [Tick], on projection: Projection) -> Bool {
    // A label takes ten pixels and more; most of a long axis's texts need no measuring.
    guard Double(ticks.count) * TickPlacing.gap <= width else { return false }
    var end = -TickPlacing.gap
    for placed in level(ticks, on: projection).ticks {
      let half = TickPlacing.width(of: placed.tick.label) / 2
      guard placed.labelPosition - half >= end + TickPlacing.gap,
        placed.labelPosition + half <= width
      else { return false }
      end = placed.labelPosition + half
    }
    return true
  }
}
