import LembraTensor

/// Turns the rows of a TSV or CSV file into labelled texts.
struct LabelledTextTable {
  let options: LabelledTextOptions
  let file: String?

  func texts(_ rows: [CSVRow]) throws(LembraError) -> LabelledTexts {
    let rows = rows.filter { !$0.isBlank }
    guard let first = rows.first else {
      throw failure("the file is empty", remedy: "give a file with a text and its label in a row")
    }
    let width = first.fields.count
    if let row = rows.first(where: { $0.fields.count != width }) {
      throw failure(
        "this row has \(counted(row.fields.count, "field")) where the first has \(width)",
        line: row.line,
        remedy: row.fields.count > width
          ? "remove the extra fields, or the separators inside the text"
          : "add the fields that are missing, if need be empty")
    }
    let columns = try TextColumnFinder(options: options, file: file, rows: rows).columns()
    guard !columns.hasHeader || rows.count > 1 else {
      throw failure(
        "the file has column names and no rows below them", line: first.line,
        remedy: "give a file with at least one row")
    }
    var builder = LabelledTextBuilder(options: options, file: file)
    for row in rows[(columns.hasHeader ? 1 : 0)...] {
      try builder.append(
        row.fields[columns.text],
        labels: columns.label.map { options.labels(in: row.fields[$0]) } ?? [], line: row.line)
    }
    return try builder.texts(
      textColumn: columns.names[columns.text], labelColumn: columns.label.map { columns.names[$0] },
      remarks: columns.remarks)
  }

  private func failure(_ message: String, line: Int? = nil, remedy: String) -> LembraError {
    LembraError(.invalidData, message, remedy: remedy, at: .init(file: file, line: line))
  }
}

/// Gathers texts and refuses those that are empty or lack a label.
struct LabelledTextBuilder {
  let options: LabelledTextOptions
  let file: String?
  private var texts: [String] = []
  private var labels: [[String]] = []
  private var lines: [Int] = []
  private var emptyCount = 0

  init(options: LabelledTextOptions, file: String?) {
    self.options = options
    self.file = file
  }

  mutating func append(_ text: String, labels: [String], line: Int) throws(LembraError) {
    guard text.hasInk else {
      emptyCount += 1
      if options.skipsEmptyTexts { return }
      throw LembraError(
        .invalidData, "there is no text in this row",
        remedy: "write the text, or remove the row or have rows without text left out",
        at: .init(file: file, line: line))
    }
    guard !labels.isEmpty || !options.requiresLabels || options.allowsNoLabel else {
      throw LembraError(
        .invalidData, "there is no label for this text",
        remedy: "write its label, or remove the row", at: .init(file: file, line: line))
    }
    texts.append(text)
    self.labels.append(labels)
    lines.append(line)
  }

  func texts(
    textColumn: String, labelColumn: String?, remarks: [String]
  ) throws(LembraError) -> LabelledTexts {
    guard !texts.isEmpty else {
      throw LembraError(
        .invalidData, "no row of the file has a text", remedy: "give a file with texts",
        at: .init(file: file, column: textColumn))
    }
    return LabelledTexts(
      texts: texts, labels: labels, lines: lines, file: file, textColumn: textColumn,
      labelColumn: labelColumn,
      remarks: remarks
        + (emptyCount > 0 ? ["\(counted(emptyCount, "row")) without text left out"] : []))
  }
}

extension LabelledTextOptions {
  /// The labels that a cell holds, each once, without blanks around them.
  func labels(in cell: String) -> [String] {
    guard let labelSeparator, !labelSeparator.isEmpty else {
      let label = cell.withoutBlanks
      return label.isEmpty ? [] : [label]
    }
    return distinct(cell.split(separator: labelSeparator).map { String($0).withoutBlanks })
  }

  /// `labels` without empty ones and repetitions.
  func distinct(_ labels: [String]) -> [String] {
    var seen: Set<String> = []
    return labels.filter { !$0.isEmpty && seen.insert($0).inserted }
  }
}

extension CSVRow {
  /// Whether no field of the row holds anything but white space.
  fileprivate var isBlank: Bool { fields.allSatisfy { !$0.hasInk } }
}
