public import LembraTensor

/// Texts with their labels, as a file holds them.
public struct LabelledTexts: Hashable, Sendable {
  public let texts: [String]

  /// The labels of each text, one or several; none for texts without, which there are only where
  /// labels were not required.
  public let labels: [[String]]

  /// The line of the file on which each text begins; empty for texts that come from no file.
  public let lines: [Int]

  /// The name of the file, for messages.
  public let file: String?

  /// The name of the column of the texts.
  public let textColumn: String

  /// The name of the column of the labels, if there is one.
  public let labelColumn: String?

  /// What the reader assumed and the user may want to know, each a sentence without a full stop.
  public let remarks: [String]

  /// - Precondition: there are labels for every text, and a line for every or for none.
  public init(
    texts: [String], labels: [[String]], lines: [Int] = [], file: String? = nil,
    textColumn: String = "text", labelColumn: String? = "label", remarks: [String] = []
  ) {
    precondition(
      labels.count == texts.count && (lines.isEmpty || lines.count == texts.count),
      "\(texts.count) texts do not go with \(labels.count) labels and \(lines.count) lines")
    self.texts = texts
    self.labels = labels
    self.lines = lines
    self.file = file
    self.textColumn = textColumn
    self.labelColumn = labelColumn
    self.remarks = remarks
  }

  /// The number of texts.
  public var count: Int { texts.count }

  /// Reads the file at `path`.
  ///
  /// The file is text in UTF-8, with or without a byte order mark; lines end with LF, CRLF or CR,
  /// and blank ones are skipped. Labels stand without blanks around them.
  ///
  /// - Parameters:
  ///   - path: a file of one of the formats of ``LabelledTextOptions/Format``.
  ///   - options: what to read from it, and how.
  /// - Throws: `LembraError` naming the file and the line when the file cannot be read, is no text
  ///   in UTF-8 (with the byte), is empty or nothing but a header; when rows have different
  ///   lengths, no text or no label; when a column that was asked for is missing or it is not clear
  ///   which columns hold texts and labels (with the columns there are).
  public init(
    readingFrom path: String, options: LabelledTextOptions = LabelledTextOptions()
  ) throws(LembraError) {
    try self.init(bytes: readBytes(ofFileAt: path), file: path, options: options)
  }

  /// Reads the bytes of a file; `file` is its name for the format and for messages.
  public init(
    bytes: [UInt8], file: String? = nil, options: LabelledTextOptions = LabelledTextOptions()
  ) throws(LembraError) {
    let text = try TextBytes(bytes, file: file)
    switch options.format ?? .detected(in: text, file: file) {
    case .tsv:
      self = try LabelledTextTable(options: options, file: file).texts(text.tabSeparatedRows)
    case .csv:
      self = try LabelledTextTable(options: options, file: file)
        .texts(commaSeparatedRows(of: text, file: file))
    case .jsonl:
      self = try LabelledTextObjects(options: options, file: file).texts(text)
    }
  }

  /// The texts at `indices`, in that order.
  ///
  /// - Precondition: `indices` are those of texts.
  public func subset(_ indices: [Int]) -> LabelledTexts {
    LabelledTexts(
      texts: indices.map { texts[$0] }, labels: indices.map { labels[$0] },
      lines: lines.isEmpty ? [] : indices.map { lines[$0] }, file: file, textColumn: textColumn,
      labelColumn: labelColumn, remarks: remarks)
  }
}

/// The rows of a CSV file.
private func commaSeparatedRows(of bytes: TextBytes, file: String?) throws(LembraError) -> [CSVRow]
{
  #if CSV
    let text = CSVText(bytes)
    return try csvRows(of: text, separator: .detected(in: text.text), file: file)
  #else
    throw LembraError(
      .invalidOption, "this build of Lembra reads no CSV",
      remedy: "build it with the trait CSV, or give the file as TSV or as JSON lines",
      at: .init(file: file))
  #endif
}
