import LembraTensor

/// A row of a file before its cells are understood.
struct CSVRow {
  /// The line of the file on which the row begins, counted from 1.
  var line: Int
  /// The cells without blanks around them.
  var fields: [String]

  var isEmpty: Bool { fields.allSatisfy(\.isEmpty) }
}

/// Turns the rows of a file into a table.
struct TableBuilder {
  let options: CSVOptions
  let separator: CSVOptions.Separator
  let file: String?

  func table(_ rows: [CSVRow]) throws(LembraError) -> Table {
    guard let first = rows.firstIndex(where: { !$0.isEmpty }) else {
      throw failure(
        "the file is empty", remedy: "give a file with a line of column names and rows below it")
    }
    var names = try names(rows[first])
    var body = self.body(rows[(options.hasHeader ? first + 1 : first)...], width: names.count)
    try checkWidths(body, width: names.count)
    guard !body.isEmpty else {
      throw failure(
        "the file has column names and no rows below them", line: rows[first].line,
        remedy: "give a file with at least one row of values")
    }
    // Some programs end every line with a separator.
    if options.hasHeader, names.count > 1, rows[first].fields.last == "",
      body.allSatisfy({ $0.fields.last == "" })
    {
      names.removeLast()
      for row in body.indices { body[row].fields.removeLast() }
    }
    try checkUnique(names, line: rows[first].line)
    let mark = options.decimalMark ?? .detected(in: body, separator: separator)
    let found = try IndexFinder(options: options, file: file, decimalMark: mark)
      .index(
        names: names, firstName: options.hasHeader ? rows[first].fields.first : nil, rows: body)
    let columns = names.indices.filter { $0 != found?.column }.map {
      column($0, name: names[$0], rows: body, mark: mark)
    }
    var remarks = found?.remarks ?? []
    if mark == .comma, options.decimalMark == nil {
      remarks.append("numbers are read with a decimal comma")
    }
    return Table(
      columns: columns, index: found?.index, file: file, lines: body.map(\.line),
      decimalMark: mark, remarks: remarks)
  }

  // MARK: - Rows

  private func names(_ header: CSVRow) throws(LembraError) -> [String] {
    guard options.hasHeader else { return header.fields.indices.map { "column\($0 + 1)" } }
    let cells = header.fields.filter { !options.isMissing($0) }
    let isNumber = cells.map { cell in DecimalMark.allCases.contains { $0.number(cell) != nil } }
    let isValue = zip(cells, isNumber).allSatisfy { cell, isNumber in
      isNumber || TimestampScanner.scan(cell, acceptsBareNumbers: false) != nil
    }
    guard !isNumber.contains(true) || !isValue else {
      throw failure(
        "the first line holds values and no column names", line: header.line,
        remedy: "add a line of names above it, or read the file as one without a header")
    }
    return header.fields.enumerated().map { $1.isEmpty ? "column\($0 + 1)" : $1 }
  }

  /// The rows of values: without lines that are blank, except in a table of one column, and without
  /// empty rows at the end.
  private func body(_ rows: ArraySlice<CSVRow>, width: Int) -> [CSVRow] {
    let end = rows.lastIndex { !$0.isEmpty }.map { $0 + 1 } ?? rows.startIndex
    return rows[..<end].filter { width == 1 || $0.fields != [""] }
  }

  private func checkWidths(_ rows: [CSVRow], width: Int) throws(LembraError) {
    guard let row = rows.first(where: { $0.fields.count != width }) else { return }
    let fields = counted(row.fields.count, "field")
    let hasMore = row.fields.count > width
    throw failure(
      "this row has \(fields) where the first has \(width)", line: row.line,
      remedy: hasMore && separator == .comma
        ? "put fields that hold a comma in quotation marks, or separate the fields by semicolons"
        : hasMore ? "remove the extra fields" : "add the fields that are missing, if need be empty")
  }

  private func checkUnique(_ names: [String], line: Int) throws(LembraError) {
    var seen: [String: Int] = [:]
    for (position, name) in names.enumerated() {
      if let earlier = seen.updateValue(position, forKey: name) {
        throw failure(
          "columns \(earlier + 1) and \(position + 1) have the same name, \(quoted(name))",
          line: line, remedy: "give every column a name of its own")
      }
    }
  }

  // MARK: - Columns

  private func column(_ position: Int, name: String, rows: [CSVRow], mark: DecimalMark) -> Column {
    var numbers: [Double?] = []
    numbers.reserveCapacity(rows.count)
    for row in rows {
      let cell = row.fields[position]
      if options.isMissing(cell) {
        numbers.append(nil)
      } else if let number = mark.number(cell) {
        numbers.append(number)
      } else {
        return Column(
          name: name,
          values: .text(
            rows.map { options.isMissing($0.fields[position]) ? nil : $0.fields[position] }))
      }
    }
    return Column(name: name, values: .numbers(numbers))
  }

  private func failure(_ message: String, line: Int? = nil, remedy: String) -> LembraError {
    LembraError(.invalidData, message, remedy: remedy, at: .init(file: file, line: line))
  }
}
