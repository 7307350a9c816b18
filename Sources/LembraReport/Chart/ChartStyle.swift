extension Chart {
  /// The style sheet of every chart: light colours, and dark ones where the reader prefers them.
  ///
  /// A drawing carries it unless it was made with `styled: false` for a page that has it once.
  public static var styleSheet: String {
    """
    .lembra-chart text{font:12px \(fonts);font-variant-numeric:tabular-nums}
    .lembra-chart .title{font-size:15px;font-weight:600}
    .lembra-chart path,.lembra-chart line{fill:none;stroke-linejoin:round}
    .lembra-chart .line{stroke-width:1.8}
    .lembra-chart .line.d0{stroke-linecap:round}
    .lembra-chart .dense{stroke-width:1}
    .lembra-chart .dot{stroke-width:5;stroke-linecap:round}
    .lembra-chart .square{stroke-width:4.5;stroke-linecap:square}
    .lembra-chart .cross{stroke-width:1.5}
    .lembra-chart .points{opacity:.75}
    .lembra-chart .band{fill-opacity:.2}
    .lembra-chart .whisker{stroke-width:1.2}
    .lembra-chart .rule{stroke-width:1.2;stroke-dasharray:4 3}
    .lembra-chart .grid,.lembra-chart .axis{stroke-width:1;shape-rendering:crispEdges}
    \(dashRules)
    \(colourRules(Palette.light))
    @media screen and (prefers-color-scheme:dark){
    \(colourRules(Palette.dark))
    }

    """
  }

  private static let fonts = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',sans-serif"

  private static var dashRules: String {
    Palette.dashes.indices.dropFirst().map { index in
      ".lembra-chart .d\(index){stroke-dasharray:\(Palette.dashes[index])}"
    }.joined(separator: "\n")
  }

  private static func colourRules(_ theme: Palette.Theme) -> String {
    var rules = [
      ".lembra-chart .surface{fill:\(theme.surface)}",
      ".lembra-chart text{fill:\(theme.muted)}",
      ".lembra-chart .title,.lembra-chart .name{fill:\(theme.ink)}",
      ".lembra-chart .grid{stroke:\(theme.grid)}",
      ".lembra-chart .axis{stroke:\(theme.axis)}",
      ".lembra-chart .rule{stroke:\(theme.muted)}",
      ".lembra-chart .whisker{stroke:\(theme.ink)}",
    ]
    for (name, colour) in [("ink", theme.ink)] + theme.series.enumerated().map({ ("s\($0)", $1) }) {
      rules.append(
        ".lembra-chart .\(name){stroke:\(colour)}.lembra-chart .fill.\(name)"
          + "{fill:\(colour);stroke:none}")
    }
    return rules.joined(separator: "\n")
  }
}
