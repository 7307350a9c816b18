import LembraTensor

/// A plot of one or several marks over two axes, drawn as SVG.
///
/// A chart is a description; ``svg(width:id:styled:)`` draws it. The drawing needs no script and
/// no font, follows the reader's light or dark setting, and has a title and a description for
/// those who do not see it.
///
/// Values that are NaN, infinite or beyond ±10³⁰⁰ are missing: they make a gap in a line. So are
/// values of zero and below on a logarithmic axis. A line of many points is thinned for each column
/// of pixels to its first, lowest, highest and last point, so that no peak is lost; a gap narrower
/// than a pixel is then not drawn. Points of a scatter that fall on the same spot are drawn once.
///
///     let chart = Chart(
///       "Training", x: .init("Epoch", scale: .counting), y: .init("MSE", scale: .logarithmic),
///       marks: [.line(.init("LSTM", values: losses, startingAt: 1))])
public struct Chart: Hashable, Sendable {
  public var title: String
  public var x: Axis
  public var y: Axis
  /// What is drawn, the first one lowest.
  public var marks: [Mark]
  /// A description for readers who do not see the chart; empty for one made from the marks.
  public var summary: String
  /// The height of the plot area in pixels, without title, legend and axes.
  public var plotHeight: Double

  /// Traps when `plotHeight` is not between 40 and 4,000.
  public init(
    _ title: String, x: Axis, y: Axis, marks: [Mark], summary: String = "",
    plotHeight: Double = 280
  ) {
    precondition((40...4000).contains(plotHeight), "Chart: a plot height of \(plotHeight) pixels")
    self.title = title
    self.x = x
    self.y = y
    self.marks = marks
    self.summary = summary
    self.plotHeight = plotHeight
  }
}

extension Chart {
  /// What an axis measures and how it divides its length.
  public struct Axis: Hashable, Sendable {
    /// How positions along an axis follow from values.
    public enum Scale: Hashable, Sendable {
      /// Equal differences take equal room.
      case linear
      /// Equal factors take equal room; values of zero and below are missing.
      case logarithmic
      /// Linear with ticks at whole numbers only: epochs, steps, counts.
      case counting
      /// Linear, where position `i` is named by the `i`-th text: categories or dates.
      ///
      /// Where not every text fits, dates of ISO form (`1950-03`, `2012-01-31`,
      /// `2012-01-31T06:00`) are thinned to starts of years, months, days or hours and other
      /// texts to every n-th. For the x axis; a y axis takes it as ``counting``.
      case labels([String])
    }

    public var label: String
    /// The unit of the values, written after the label in parentheses; empty for none.
    public var unit: String
    public var scale: Scale
    /// Whether zero belongs to the axis whatever the data; bars always have it.
    public var includesZero: Bool

    public init(
      _ label: String, unit: String = "", scale: Scale = .linear, includesZero: Bool = false
    ) {
      self.label = label
      self.unit = unit
      self.scale = scale
      self.includesZero = includesZero
    }

    /// Label and unit as they are written beside the axis.
    var caption: String {
      unit.isEmpty ? label : label.isEmpty ? unit : "\(label) (\(unit))"
    }

    var isLogarithmic: Bool { scale == .logarithmic }
  }
}
