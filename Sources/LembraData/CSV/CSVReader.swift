#if CSV
  public import LembraTensor
  import SwiftCSV

  extension Table {
    /// Reads the CSV file at `path`.
    ///
    /// Fields may be quoted; lines end with LF, CRLF or CR; a UTF-8 byte order mark and blanks
    /// around fields are ignored. Lines without any text are skipped, but in a table of one column
    /// they are missing values; empty rows at the end are never rows.
    ///
    /// - Throws: `LembraError` naming the file and the line when the file cannot be read, is no
    ///   text in UTF-8, has no header or no rows, repeats a name, leaves a quotation mark open, or
    ///   has rows of different lengths; or when a column to index by is missing or not complete.
    public init(csvFile path: String, options: CSVOptions = CSVOptions()) throws(LembraError) {
      try self.init(csv: readBytes(ofFileAt: path), file: path, options: options)
    }

    /// Reads the bytes of a CSV file; `file` is its name for messages.
    public init(
      csv bytes: [UInt8], file: String? = nil, options: CSVOptions = CSVOptions()
    ) throws(LembraError) {
      let text = CSVText(try TextBytes(bytes, file: file))
      let separator = options.separator ?? .detected(in: text.text)
      let rows = try csvRows(of: text, separator: separator, file: file)
      self = try TableBuilder(options: options, separator: separator, file: file).table(rows)
    }
  }

  /// Splits a text into rows.
  func csvRows(
    of text: CSVText, separator: CSVOptions.Separator, file: String?
  ) throws(LembraError) -> [CSVRow] {
    let collector = RowCollector()
    do {
      // A row limit of zero reads the header only; the rows then come in one pass.
      let document = try SwiftCSV.CSV<Enumerated>(
        string: text.text, delimiter: .character(separator.rawValue), loadColumns: false,
        rowLimit: 0)
      try document.enumerateAsArray(startAt: 0, rowLimit: nil) { collector.append($0) }
    } catch {
      throw LembraError(
        .invalidData, "a quotation mark stands inside a field that is not quoted as a whole",
        remedy: "put the field in quotation marks and double those inside it",
        at: .init(file: file, line: collector.nextLine))
    }
    if text.hasUnclosedQuote {
      throw LembraError(
        .invalidData, "a quotation mark opens a field and is never closed",
        remedy: "close the field, or remove the quotation mark",
        at: .init(file: file, line: collector.lineOfLastField))
    }
    return collector.rows
  }

  /// Gathers rows and finds their lines, which the parser does not tell.
  private final class RowCollector {
    private(set) var rows: [CSVRow] = []
    private(set) var nextLine = 1
    /// The line on which the last field of the last row begins.
    private(set) var lineOfLastField = 1

    func append(_ fields: [String]) {
      rows.append(CSVRow(line: nextLine, fields: fields.map(\.withoutBlanks)))
      // Fields in quotation marks keep their line breaks; all others end the row.
      let breaks = fields.map(lineBreakCount)
      lineOfLastField = nextLine + breaks.dropLast().reduce(0, +)
      nextLine += 1 + breaks.reduce(0, +)
    }

    private func lineBreakCount(_ field: String) -> Int {
      guard field.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) else { return 0 }
      return field.count { $0 == "\n" || $0 == "\r" || $0 == "\r\n" }
    }
  }
#endif
