/// A report as one HTML document that needs nothing else: no script, no font, no other file.
///
/// It follows the reader's light or dark setting, reads on a phone and on paper, and a policy inside
/// it forbids scripts and requests. All text is escaped, so names from a data file are safe.
///
///     var page = Page("Forecasting the sunspots", subtitle: "Six models, five seeds")
///     page.append(Page.Section("Results", [.paragraph("The LSTM wins."), .table(table)]))
///     try AtomicFile.write(page.html, to: "report.html")
public struct Page: Hashable, Sendable {
  public var title: String
  /// A line below the title; empty for none.
  public var subtitle: String
  /// The language of the text as a BCP 47 tag such as `en` or `pt-BR`.
  public var language: String
  public private(set) var sections: [Section] = []
  /// A line at the end, such as the version that made the report; empty for none.
  public var footer: String

  public init(
    _ title: String, subtitle: String = "", language: String = "en", footer: String = ""
  ) {
    self.title = title
    self.subtitle = subtitle
    self.language = language
    self.footer = footer
  }

  /// Adds a section after the others.
  public mutating func append(_ section: Section) {
    sections.append(section)
  }
}

extension Page {
  /// A heading and what stands below it.
  public struct Section: Hashable, Sendable {
    public var heading: String
    public var blocks: [Block]

    public init(_ heading: String, _ blocks: [Block] = []) {
      self.heading = heading
      self.blocks = blocks
    }
  }

  /// A part of a section.
  public indirect enum Block: Hashable, Sendable {
    case paragraph(String)
    /// The few figures a reader should take away, large and side by side.
    case highlights([Highlight])
    case table(ReportTable)
    case chart(Chart, caption: String = "")
    /// Names with their values, such as a configuration.
    case facts([Fact])
    /// Lines to be read or typed as they are.
    case code(String)
    /// Counts by row and column, on shades of their shares.
    case heatMap(HeatMap)
    /// Texts from elsewhere, with a remark each.
    case passages([Passage])
    /// Sentences whose words have a true and a given tag.
    case taggings([Tagging])
    /// A text with its own line ends, such as one that a model wrote.
    case sample(String)
    /// Something that is closed until the reader opens it below `summary`.
    case details(summary: String, [Block])
  }

  /// A figure with what it is and what it means.
  public struct Highlight: Hashable, Sendable {
    public var label: String
    public var value: String
    /// A short remark below the value; empty for none.
    public var remark: String

    public init(_ label: String, value: String, remark: String = "") {
      self.label = label
      self.value = value
      self.remark = remark
    }
  }

  /// A name with its value.
  public struct Fact: Hashable, Sendable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }
}
