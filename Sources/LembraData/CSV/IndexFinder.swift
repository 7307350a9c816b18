import LembraTensor

/// Finds the column that names the rows of a table.
struct IndexFinder {
  let options: CSVOptions
  let file: String?
  let decimalMark: DecimalMark

  struct Found {
    var column: Int
    var index: RowIndex
    var remarks: [String] = []
  }

  /// Finds the index; `firstName` is the name of the first column as the header has it, if any.
  func index(
    names: [String], firstName: String?, rows: [CSVRow]
  ) throws(LembraError) -> Found? {
    switch options.index {
    case .none: return nil
    case .column(let name):
      guard let column = names.firstIndex(of: name) else {
        throw .missingColumn(name, among: names, file: file)
      }
      return try chosen(column, name: name, rows: rows)
    case .detected:
      // The only column of a table is what it is about.
      return names.count > 1 ? try detected(name: names[0], header: firstName, rows: rows) : nil
    }
  }

  /// Names, in lower case, of columns that count or label rows, in English and Portuguese.
  ///
  /// The first two are what data frames write for an index without a name.
  private static let indexNames: Set<String> = [
    "", "unnamed: 0", "index", "date", "datetime", "timestamp", "time", "ds", "t", "period",
    "year", "quarter", "month", "week", "day", "hour", "ano", "trimestre", "mês", "mes", "semana",
    "dia", "hora",
  ]

  /// Names under which `1749` is a year and `20120131` a day.
  private static let dateNames: Set<String> = [
    "date", "datetime", "timestamp", "ds", "year", "ano",
  ]

  private func chosen(_ column: Int, name: String, rows: [CSVRow]) throws(LembraError) -> Found {
    let cells = rows.map { $0.fields[column] }
    if let missing = cells.firstIndex(where: options.isMissing) {
      throw LembraError(
        .invalidData, "the index has no value in this row",
        remedy: "fill it in, or choose another index or none",
        at: .init(file: file, line: rows[missing].line, column: name))
    }
    return try timestamps(column, name: name, cells: cells, rows: rows)
      ?? numbers(column, name: name, cells: cells)
      ?? Found(column: column, index: RowIndex(name: name, texts: cells, values: .labels))
  }

  private func detected(
    name: String, header: String?, rows: [CSVRow]
  ) throws(LembraError) -> Found? {
    let cells = rows.map { $0.fields[0] }
    if let found = try timestamps(0, name: name, cells: cells, rows: rows) { return found }
    guard let header, Self.indexNames.contains(header.lowercased()),
      !cells.contains(where: options.isMissing)
    else { return nil }
    guard let found = numbers(0, name: name, cells: cells) else {
      return Found(column: 0, index: RowIndex(name: name, texts: cells, values: .labels))
    }
    // Months that count from 1 to 12 again and again are values, not an index.
    guard case .numbers(let numbers, _) = found.index.values,
      zip(numbers, numbers.dropFirst()).allSatisfy(<)
    else { return nil }
    return found
  }

  private func timestamps(
    _ column: Int, name: String, cells: [String], rows: [CSVRow]
  ) throws(LembraError) -> Found? {
    do {
      let read = try TimestampColumn(
        cells, acceptsBareNumbers: Self.dateNames.contains(name.lowercased()),
        order: options.dateOrder)
      let index = RowIndex(
        name: name, texts: cells, values: .timestamps(read.timestamps, read.format))
      let remark =
        "dates such as \(cells[0]) are read with the day first"
      return Found(column: column, index: index, remarks: read.isOrderAssumed ? [remark] : [])
    } catch .unlike(let row) {
      // A column of bare numbers that are not all dates is a column of numbers.
      guard TimestampScanner.scan(cells[0], acceptsBareNumbers: false) != nil else { return nil }
      let cell = cells[row]
      let what = options.isMissing(cell) ? "there is no date" : "\(quoted(cell)) is no date"
      throw LembraError(
        .invalidData, "\(what) like \(quoted(cells[0])) at the beginning of the column",
        remedy: "mend the date, or read the file without an index",
        at: .init(file: file, line: rows[row].line, column: name))
    } catch {
      return nil
    }
  }

  private func numbers(_ column: Int, name: String, cells: [String]) -> Found? {
    let numbers = cells.compactMap(decimalMark.number)
    guard numbers.count == cells.count, numbers.allSatisfy(\.isFinite) else { return nil }
    let decimalCount = cells.reduce(0) { max($0, decimalMark.decimalCount($1)) }
    let format = NumberFormat(decimalMark: decimalMark, decimalCount: min(decimalCount, 15))
    let index = RowIndex(name: name, texts: cells, values: .numbers(numbers, format))
    return Found(column: column, index: index)
  }
}
