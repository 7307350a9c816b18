import LembraTensor

extension Page {
  /// Counts by row and column, such as how often one label was taken for another.
  public struct HeatMap: Hashable, Sendable {
    /// A count on a shade.
    public struct Cell: Hashable, Sendable {
      public var count: Int
      /// How dark the shade is, from 0 to 1.
      public var share: Double

      public init(_ count: Int, share: Double) {
        self.count = count
        self.share = share
      }
    }

    /// The counts of a row.
    public struct Row: Hashable, Sendable {
      public let name: String
      public let cells: [Cell]
    }

    public var caption: String
    /// What the names of rows and columns are.
    public var corner: String
    public var columns: [String]
    public private(set) var rows: [Row] = []

    public init(_ caption: String, corner: String, columns: [String]) {
      self.caption = caption
      self.corner = corner
      self.columns = columns
    }

    /// Adds a row; traps when it has not one cell for each column.
    public mutating func append(_ name: String, _ cells: [Cell]) {
      precondition(
        cells.count == columns.count,
        "HeatMap.append: \(cells.count) cells for \(columns.count) columns")
      rows.append(Row(name: name, cells: cells))
    }
  }

  /// A text with a remark below it.
  public struct Passage: Hashable, Sendable {
    /// A part of the text.
    public struct Run: Hashable, Sendable {
      public var text: String
      /// How dark it is shaded, from 0 to 1; nil for not at all.
      public var shade: Double?

      public init(_ text: String, shade: Double? = nil) {
        self.text = text
        self.shade = shade
      }
    }

    /// The parts; there is a space between two of them.
    public var runs: [Run]
    public var remark: String

    public init(_ runs: [Run], remark: String) {
      self.runs = runs
      self.remark = remark
    }
  }

  /// A sentence whose words have a true and a given tag.
  public struct Tagging: Hashable, Sendable {
    public struct Word: Hashable, Sendable {
      public var text: String
      public var truth: String
      public var given: String

      public init(_ text: String, truth: String, given: String) {
        self.text = text
        self.truth = truth
        self.given = given
      }
    }

    public var words: [Word]

    public init(_ words: [Word]) {
      self.words = words
    }
  }
}
