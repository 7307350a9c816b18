/// How a file of labelled texts is to be read, where its reader should not find out by itself.
public struct LabelledTextOptions: Hashable, Sendable {
  /// What a file of texts looks like.
  public enum Format: String, Hashable, Sendable, CaseIterable, Codable {
    /// A row a line, its fields separated by tabs; quotation marks are characters like others.
    case tsv
    /// As ``Table`` reads it: fields may be quoted.
    case csv
    /// A JSON object a line, whose members are the columns.
    case jsonl
  }

  /// Found from the ending of the name, else from the first line, when nil.
  public var format: Format?

  /// The column of the texts, by name or, where no column has that name, by number from 1.
  ///
  /// When nil it is the first of ``textNames`` that the file has; else, of two columns, the one
  /// with more different values.
  public var textColumn: String?

  /// The column of the labels, by name or by number from 1.
  ///
  /// When nil it is the first of ``labelNames`` that the file has; else, of two columns, the one
  /// that the texts are not in.
  public var labelColumn: String?

  /// Whether the first line of a TSV or CSV file names the columns; found out when nil.
  ///
  /// Columns without names are called `column1`, `column2`, ….
  public var hasHeader: Bool?

  /// What stands between the labels of a text that has several, such as a vertical bar.
  ///
  /// A text has one label when nil, except for those of a JSON array.
  public var labelSeparator: String?

  /// Whether a text without a label is an error.
  public var requiresLabels: Bool

  /// Whether a text may have none of the labels, although there is a column of them.
  public var allowsNoLabel: Bool

  /// Whether rows without text are left out; they are an error otherwise.
  public var skipsEmptyTexts: Bool

  public init(
    format: Format? = nil, textColumn: String? = nil, labelColumn: String? = nil,
    hasHeader: Bool? = nil, labelSeparator: String? = nil, requiresLabels: Bool = true,
    allowsNoLabel: Bool = false,
    skipsEmptyTexts: Bool = false
  ) {
    self.format = format
    self.textColumn = textColumn
    self.labelColumn = labelColumn
    self.hasHeader = hasHeader
    self.labelSeparator = labelSeparator
    self.requiresLabels = requiresLabels
    self.allowsNoLabel = allowsNoLabel
    self.skipsEmptyTexts = skipsEmptyTexts
  }

  /// Names of columns of texts, the likeliest first; capitals make no difference.
  public static let textNames = [
    "text", "sentence", "review", "document", "content", "comment", "phrase", "tweet", "message",
    "utterance", "question", "body", "abstract", "headline", "title", "description",
  ]

  /// Names of columns of labels, the likeliest first; capitals make no difference.
  public static let labelNames = [
    "label", "labels", "class", "classes", "category", "categories", "target", "sentiment",
    "polarity", "intent", "topic", "emotion", "tag", "tags", "genre", "rating", "stars",
  ]
}

extension LabelledTextOptions.Format {
  /// Recognises the format of a file from its name, else from its first line that is not blank.
  ///
  /// A line that begins with a brace is JSON; one with a tab is TSV; one that names a column of
  /// texts or of labels beside others is CSV. Everything else is TSV of one column: a text a line.
  static func detected(in text: TextBytes, file: String?) -> LabelledTextOptions.Format {
    let ending = file?.split(separator: ".", omittingEmptySubsequences: false).last?.lowercased()
    switch ending {
    case "tsv", "tab": return .tsv
    case "csv": return .csv
    case "jsonl", "ndjson", "json": return .jsonl
    default: break
    }
    let ranges = text.lines.lazy.map { text.bytes.trimmed($0.range) }
    guard let range = ranges.first(where: { !$0.isEmpty }) else { return .tsv }
    let line = text.text(range)
    if line.utf8.first == UInt8(ascii: "{") { return .jsonl }
    if line.utf8.contains(UInt8(ascii: "\t")) { return .tsv }
    let names = line.lowercased().split { ",;|".contains($0) }.map { name in
      name.drop { $0 == "\"" || $0 == " " }.prefix { $0 != "\"" && $0 != " " }
    }
    let known = LabelledTextOptions.textNames + LabelledTextOptions.labelNames
    return names.count > 1 && names.contains { known.contains(String($0)) } ? .csv : .tsv
  }
}
