public import LembraTensor

extension Table {
  /// Returns the columns to learn from as a series, with missing values treated.
  ///
  /// - Parameters:
  ///   - targets: the columns to forecast.
  ///   - features: more columns to forecast from; those that are targets too are left out.
  ///   - missing: what to do about missing values.
  /// - Returns: the series of the rows that are left, targets first.
  /// - Throws: `LembraError` when there is no target, a column does not exist, is asked for twice or
  ///   holds something other than finite numbers, when values are missing and `missing` is `error`,
  ///   when nothing is left, or when the index goes back in time.
  public func series(
    targets: [String], features: [String] = [], missing: MissingValuePolicy = .error
  ) throws(LembraError) -> Series {
    let names = try columnNames(targets: targets, features: features)
    var table: [[Double?]] = []
    for name in names {
      let numbers = try numbers(inColumn: name)
      guard numbers.contains(where: { $0 != nil }) else {
        throw LembraError(
          .invalidData, "the column has no value in any row", remedy: "leave the column out",
          at: place(row: nil, column: name))
      }
      table.append(numbers)
    }
    try checkOrder()
    if missing == .error { try checkComplete(table, names) }

    let filler = GapFiller(table, policy: missing)
    let rows = filler.keptRows
    guard !rows.isEmpty else {
      throw LembraError(
        .invalidData, "no row has a value in every column",
        remedy: "fill the missing values instead of dropping their rows, or choose fewer columns",
        at: place(row: nil))
    }
    let keepsAll = rows.count == rowCount
    let index = keepsAll ? self.index : self.index?.selecting(rows)
    let values = rows.indices.flatMap { row in filler.columns.map { $0[row] } }
    let counts = names.indices.map { position in
      MissingValueReport.ColumnCount(
        column: names[position], missing: table[position].count { $0 == nil },
        filled: filler.gaps.reduce(0) { $0 + ($1.column == position ? $1.rows.count : 0) })
    }
    let report = MissingValueReport(
      policy: missing, columns: counts, droppedRowCount: rowCount - rows.count,
      // Without an index the rows are their own evidence: a hole between them breaks the step.
      breaksStep: rows[rows.count - 1] - rows[0] >= rows.count)
    return Series(
      names: names, targetCount: targets.count, values: values, index: index, gaps: filler.gaps,
      missingValues: report, file: file, lines: lines.isEmpty ? [] : rows.map { lines[$0] })
  }

  private func columnNames(
    targets: [String], features: [String]
  ) throws(LembraError) -> [String] {
    guard !targets.isEmpty else {
      throw LembraError(
        .invalidOption, "there is no column to forecast",
        remedy: "choose one or more of \(listed(numericColumnNames))", at: place(row: nil))
    }
    let names = targets + features.filter { !targets.contains($0) }
    var seen: Set<String> = []
    if let repeated = names.first(where: { !seen.insert($0).inserted }) {
      throw LembraError(
        .invalidOption, "the column \(quoted(repeated)) is asked for twice",
        remedy: "name every column once", at: place(row: nil))
    }
    return names
  }

  private func checkOrder() throws(LembraError) {
    guard let index, let row = index.firstStepBack else { return }
    throw LembraError(
      .invalidData,
      "\(quoted(index.texts[row])) comes after \(quoted(index.texts[row - 1])), but lies before it",
      remedy: "sort the rows from the oldest to the newest, keep one series a file, or read the "
        + "file without an index",
      at: place(row: row, column: index.name))
  }

  private func checkComplete(_ table: [[Double?]], _ names: [String]) throws(LembraError) {
    let counts = table.map { column in column.count { $0 == nil } }
    let total = counts.reduce(0, +)
    guard total > 0 else { return }
    let first = zip(table, names).compactMap { column, name in
      column.firstIndex { $0 == nil }.map { (row: $0, name: name) }
    }.min { $0.row < $1.row }
    let share = zip(names, counts).filter { $0.1 > 0 }.map { "\($0.1) in \($0.0)" }
    let choices = MissingValuePolicy.allCases.filter { $0 != .error }.map(\.rawValue)
    throw LembraError(
      .invalidData,
      "\(total == 1 ? "1 value is" : "\(total) values are") missing: \(listed(share)); this is the "
        + "first",
      remedy: "choose what to do about missing values (--missing): "
        + choices.joined(separator: ", "),
      at: place(row: first?.row, column: first?.name))
  }
}
