extension DecimalMark {
  /// Finds the decimal mark from the cells of a file.
  ///
  /// Cells that are numbers under one mark only decide, by majority. `1,234` alone is a thousand
  /// where commas separate the fields, and a little over one elsewhere.
  static func detected(in rows: [CSVRow], separator: CSVOptions.Separator) -> DecimalMark {
    func holdsComma(_ cell: String) -> Bool { cell.utf8.contains(UInt8(ascii: ",")) }
    guard rows.contains(where: { $0.fields.contains(where: holdsComma) }) else { return .point }
    var onlyPointCount = 0
    var onlyCommaCount = 0
    var eitherWithCommaCount = 0
    for cell in rows.lazy.flatMap(\.fields) {
      switch (DecimalMark.point.number(cell) != nil, DecimalMark.comma.number(cell) != nil) {
      case (true, false): onlyPointCount += 1
      case (false, true): onlyCommaCount += 1
      case (true, true): eitherWithCommaCount += holdsComma(cell) ? 1 : 0
      case (false, false): continue
      }
    }
    if onlyCommaCount != onlyPointCount { return onlyCommaCount > onlyPointCount ? .comma : .point }
    return eitherWithCommaCount > 0 && separator != .comma ? .comma : .point
  }
}
