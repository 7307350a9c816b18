/// The colours and dash patterns of series.
///
/// Chosen by a search over OKLab so that every two colours of a theme stay apart by at least 0.085
/// for normal vision and for the simulated loss of each kind of cone (Machado, Oliveira and Fernandes 2009), and
/// that each has a contrast of at least 3:1 with its surface. The tests check both.
package enum Palette {
  /// The colours of one theme as `#rrggbb`.
  package struct Theme: Sendable {
    package let surface: String
    package let ink: String
    package let muted: String
    package let axis: String
    package let grid: String
    package let series: [String]
  }

  package static let light = Theme(
    surface: "#ffffff", ink: "#1b2027", muted: "#56606d", axis: "#9aa3ae", grid: "#e7eaee",
    series: [
      "#2f4cb7", "#ae4926", "#489f82", "#672863", "#1a7e85", "#842614", "#9271d0", "#a98b2e",
    ])

  package static let dark = Theme(
    surface: "#171b21", ink: "#eef1f4", muted: "#a3adb9", axis: "#5f6873", grid: "#2a3038",
    series: [
      "#739bfd", "#cd582e", "#adefb9", "#c5769d", "#64cfd9", "#fa927b", "#a160c2", "#e4cb36",
    ])

  /// Lengths of dashes and gaps in pixels; the first is a solid line.
  package static let dashes = [
    "", "7 3", "3 2.5", "10 3 2 3", "14 4", "5 2 1 2", "3 5", "12 3 4 3",
  ]

  /// The colour and the dash pattern of the `slot`-th series.
  ///
  /// From the ninth on the colours come again with other patterns.
  static func style(_ slot: Int) -> SeriesStyle {
    let colour = wrapped(slot)
    return SeriesStyle(colour: colour, dash: wrapped(slot &+ (slot &- colour) / dashes.count))
  }

  static func wrapped(_ index: Int) -> Int {
    let rest = index % dashes.count
    return rest < 0 ? rest + dashes.count : rest
  }
}

/// A look after automatic ones have got their places.
struct SeriesStyle: Hashable {
  /// The entry of the palette, or `nil` for the colour of text.
  var colour: Int?
  var dash: Int

  /// The class of the stroke or the fill in the style sheet.
  var colourClass: String { colour.map { "s\($0)" } ?? "ink" }

  /// The styles of `marks`, where the automatic ones take the entries in their order.
  static func resolve(_ marks: [Chart.Mark]) -> [SeriesStyle] {
    var next = 0
    return marks.map { mark in
      switch mark.look {
      case .automatic:
        defer { next += 1 }
        return Palette.style(next)
      case .ink: return SeriesStyle(colour: nil, dash: 0)
      case .series(let colour, let dash):
        var style = Palette.style(colour)
        if let dash { style.dash = Palette.wrapped(dash) }
        return style
      }
    }
  }
}
