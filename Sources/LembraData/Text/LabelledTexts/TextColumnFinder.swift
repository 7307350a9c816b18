import LembraTensor

/// Finds the columns of the texts and of the labels among the rows of a table.
struct TextColumnFinder {
  let options: LabelledTextOptions
  let file: String?
  /// Rows of the same length, one at least.
  let rows: [CSVRow]

  struct Columns {
    var hasHeader: Bool
    var names: [String]
    var text: Int
    var label: Int?
    var remarks: [String] = []
  }

  func columns() throws(LembraError) -> Columns {
    let knownHeader = options.hasHeader ?? (hasNamesInFirstRow() ? true : nil)
    let names = names(hasHeader: knownHeader ?? false)
    var text = try asked(options.textColumn, in: names, hasHeader: knownHeader)
    var label = try asked(options.labelColumn, in: names, hasHeader: knownHeader)
    if let text, text == label {
      throw LembraError(
        .invalidOption, "column \(quoted(names[text])) is asked for as text and as label",
        remedy: "choose two columns (--text, --label)", at: .init(file: file))
    }
    if knownHeader == true {
      text = text ?? known(LabelledTextOptions.textNames, in: names, except: label)
      label = label ?? known(LabelledTextOptions.labelNames, in: names, except: text)
    }
    complete(&text, &label, hasHeader: knownHeader)
    guard let text, label != nil || !options.requiresLabels else {
      throw undecided(text == nil ? "texts" : "labels", names: names, hasHeader: knownHeader)
    }
    let hasHeader = knownHeader ?? label.map { isNamed($0) } ?? false
    let isGuessed = knownHeader == nil && hasHeader
    return Columns(
      hasHeader: hasHeader, names: self.names(hasHeader: hasHeader), text: text, label: label,
      remarks: isGuessed ? ["the first line is taken for the names of the columns"] : [])
  }

  // MARK: - The header

  /// Whether the first row holds a name that was asked for, or a usual one that is no value too.
  private func hasNamesInFirstRow() -> Bool {
    let cells = rows[0].fields.map(\.withoutBlanks)
    for case let name? in [options.textColumn, options.labelColumn] {
      if cells.contains(name) || (Int(name) == nil && !isPlaceName(name)) { return true }
    }
    let usual = Set(LabelledTextOptions.textNames + LabelledTextOptions.labelNames)
    return cells.enumerated().contains { column, name in
      usual.contains(name.lowercased()) && !isRepeated(name, inColumn: column)
    }
  }

  /// Whether the first row names `column`, in which values are repeated and its own is not.
  private func isNamed(_ column: Int) -> Bool {
    let values = rows.dropFirst().map(\.fields[column])
    return Set(values).count <= values.count / 2
      && !isRepeated(rows[0].fields[column].withoutBlanks, inColumn: column)
  }

  private func isRepeated(_ cell: String, inColumn column: Int) -> Bool {
    rows.dropFirst().contains { $0.fields[column].withoutBlanks == cell }
  }

  private func names(hasHeader: Bool) -> [String] {
    rows[0].fields.enumerated().map { position, cell in
      let name = hasHeader ? cell.withoutBlanks : ""
      return name.isEmpty ? "column\(position + 1)" : name
    }
  }

  /// Whether `name` is what a column without a name is called.
  private func isPlaceName(_ name: String) -> Bool {
    rows[0].fields.indices.contains { name == "column\($0 + 1)" }
  }

  // MARK: - The columns

  /// The column that an option names, or nothing when it names none.
  private func asked(
    _ name: String?, in names: [String], hasHeader: Bool?
  ) throws(LembraError) -> Int? {
    guard let name else { return nil }
    if let column = names.firstIndex(of: name) { return column }
    if let number = Int(name) {
      if names.indices.contains(number - 1) { return number - 1 }
    } else if hasHeader == true {
      throw .missingColumn(name, among: names.map(shortened), file: file)
    }
    throw LembraError(
      .notFound, "there is no column \(quoted(name))",
      remedy: "choose by number from 1 to \(names.count)"
        + (hasHeader == true ? ", or among \(listed(names.map(shortened)))" : ""),
      at: .init(file: file))
  }

  private func known(_ usual: [String], in names: [String], except other: Int?) -> Int? {
    let names = names.map { $0.lowercased() }
    for name in usual {
      if let column = names.indices.first(where: { names[$0] == name && $0 != other }) {
        return column
      }
    }
    return nil
  }

  /// Finds what is not known yet in files of one column or two.
  private func complete(_ text: inout Int?, _ label: inout Int?, hasHeader: Bool?) {
    switch (rows[0].fields.count, text, label) {
    case (1, nil, nil) where !options.requiresLabels:
      text = 0
    case (2, nil, let column?):
      text = 1 - column
    case (2, let column?, nil) where options.requiresLabels:
      label = 1 - column
    case (2, let column, nil):
      let bodies = hasHeader.map { [rows[($0 ? 1 : 0)...]] } ?? [rows[...], rows[1...]]
      guard let fewer = bodies.lazy.compactMap(columnOfFewValues).first, column != fewer
      else { return }
      (text, label) = (1 - fewer, fewer)
    default: break
    }
  }

  /// Which of two columns has values that recur, as labels do and texts and numbers of rows do not.
  private func columnOfFewValues(in rows: ArraySlice<CSVRow>) -> Int? {
    let counts = [0, 1].map { column in Set(rows.lazy.map(\.fields[column])).count }
    guard counts[0] != counts[1], counts.reduce(.max, min) <= rows.count / 2 else { return nil }
    return counts[0] < counts[1] ? 0 : 1
  }

  private func undecided(_ what: String, names: [String], hasHeader: Bool?) -> LembraError {
    let flag = what == "texts" ? "--text" : "--label"
    if names.count == 1 {
      return LembraError(
        .invalidData, "the file has one column, and texts with labels take two",
        remedy: "give the file with its labels; the fields of TSV are separated by tabs, and those "
          + "of CSV by commas", at: .init(file: file, line: rows[0].line))
    }
    let columns = names.enumerated().map { position, name in
      hasHeader == true
        ? "\(position + 1) \(shortened(name))"
        : "\(position + 1) (\(quoted(rows[0].fields[position])), …)"
    }
    return LembraError(
      .invalidOption, "it is not clear which column holds the \(what)",
      remedy: "name it with \(flag), by name or by number: the columns are \(listed(columns))",
      at: .init(file: file))
  }

  private func shortened(_ name: String) -> String {
    name.count > 40 ? name.prefix(40) + "…" : name
  }
}
