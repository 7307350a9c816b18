import LembraTensor

extension Chart {
  /// Something drawn in the plot area.
  ///
  /// A mark with a name has an entry in the legend where there is more than one to tell apart.
  public enum Mark: Hashable, Sendable {
    case line(Line)
    case band(Band)
    case bars(Bars)
    case histogram(Histogram)
    case points(Points)
    case rule(Rule)
  }

  /// The colour, dash pattern or shape of a mark.
  public enum Look: Hashable, Sendable {
    /// The next entry of the palette that no other mark was given by its place.
    case automatic
    /// The colour of text, solid: for the truth that the others are held against.
    case ink
    /// Entry `colour` of the palette, counted from 0 and starting over after 8, with dash pattern
    /// or point shape `dash`; `nil` takes the one that belongs to the colour.
    case series(_ colour: Int, dash: Int? = nil)
  }

  /// A line through points in their order, broken where a value is missing.
  public struct Line: Hashable, Sendable {
    public var name: String
    public var x: [Double]
    public var y: [Double]
    public var look: Look

    /// Traps when `x` and `y` differ in length.
    public init(_ name: String, x: [Double], y: [Double], look: Look = .automatic) {
      precondition(x.count == y.count, "Line: \(x.count) x values for \(y.count) y values")
      self.name = name
      self.x = x
      self.y = y
      self.look = look
    }

    /// A line at x = `start`, `start + 1`, and so on.
    public init(
      _ name: String, values: [Double], startingAt start: Int = 0, look: Look = .automatic
    ) {
      self.init(name, x: positions(values, start), y: values, look: look)
    }
  }

  /// A shaded area between two limits, such as a forecast's interval.
  public struct Band: Hashable, Sendable {
    public var name: String
    public var x: [Double]
    public var lower: [Double]
    public var upper: [Double]
    public var look: Look

    /// Traps when `x`, `lower` and `upper` differ in length.
    public init(
      _ name: String, x: [Double], lower: [Double], upper: [Double], look: Look = .automatic
    ) {
      precondition(
        x.count == lower.count && x.count == upper.count,
        "Band: \(x.count) x values for \(lower.count) lower and \(upper.count) upper limits")
      self.name = name
      self.x = x
      self.lower = lower
      self.upper = upper
      self.look = look
    }
  }

  /// Bars from zero; those of several marks stand side by side.
  public struct Bars: Hashable, Sendable {
    public var name: String
    /// The heights at x = `start`, `start + 1`, and so on.
    public var values: [Double]
    /// The half lengths of the error bars, or nothing.
    public var deviations: [Double]
    public var start: Int
    public var look: Look

    /// Traps when there are deviations, but not as many as values.
    public init(
      _ name: String, values: [Double], deviations: [Double] = [], startingAt start: Int = 0,
      look: Look = .automatic
    ) {
      precondition(
        deviations.isEmpty || deviations.count == values.count,
        "Bars: \(deviations.count) deviations for \(values.count) values")
      self.name = name
      self.values = values
      self.deviations = deviations
      self.start = start
      self.look = look
    }
  }

  /// The counts of values in intervals of equal width with round limits.
  ///
  /// The width is that of Freedman and Diaconis (1981), 2·IQR·n^(−1/3), rounded up to a round
  /// number, in at most 60 intervals.
  public struct Histogram: Hashable, Sendable {
    public var name: String
    public var values: [Double]
    public var look: Look

    public init(_ name: String, values: [Double], look: Look = .automatic) {
      self.name = name
      self.values = values
      self.look = look
    }
  }

  /// Points that are not connected.
  public struct Points: Hashable, Sendable {
    public var name: String
    public var x: [Double]
    public var y: [Double]
    public var look: Look

    /// Traps when `x` and `y` differ in length.
    public init(_ name: String, x: [Double], y: [Double], look: Look = .automatic) {
      precondition(x.count == y.count, "Points: \(x.count) x values for \(y.count) y values")
      self.name = name
      self.x = x
      self.y = y
      self.look = look
    }
  }

  /// A straight line across the plot area at one value, such as where the test part starts.
  public struct Rule: Hashable, Sendable {
    public enum Position: Hashable, Sendable {
      /// A vertical line.
      case x(Double)
      /// A horizontal line.
      case y(Double)
    }

    public var name: String
    public var position: Position

    public init(_ name: String = "", at position: Position) {
      self.name = name
      self.position = position
    }
  }
}

/// `start`, `start + 1`, … for each of `values`.
private func positions(_ values: [Double], _ start: Int) -> [Double] {
  values.indices.map { Double(start) + Double($0) }
}

extension Chart.Mark {
  /// The entry of the legend; empty for none.
  var name: String {
    switch self {
    case .line(let line): line.name
    case .band(let band): band.name
    case .bars(let bars): bars.name
    case .histogram(let histogram): histogram.name
    case .points(let points): points.name
    case .rule(let rule): rule.name
    }
  }

  var look: Chart.Look {
    switch self {
    case .line(let line): line.look
    case .band(let band): band.look
    case .bars(let bars): bars.look
    case .histogram(let histogram): histogram.look
    case .points(let points): points.look
    case .rule: .ink
    }
  }
}
