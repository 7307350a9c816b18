/// The order of day and month in dates such as `01/02/2020`.
public enum DateOrder: String, Hashable, Sendable, CaseIterable, Codable {
  case dayFirst = "day-first"
  case monthFirst = "month-first"
}

/// A column of timestamps, all written in one format.
struct TimestampColumn {
  var timestamps: [Timestamp]
  var format: TimestampFormat
  /// Whether the column can be read with the day first and with the month first alike.
  var isOrderAssumed: Bool

  enum Failure: Error {
    /// The first cell is no timestamp, so the column is about something else.
    case notTimestamps
    /// The cell of this row is not like the ones before it.
    case unlike(row: Int)
  }

  /// Reads the cells of a column.
  ///
  /// Where neither the cells nor `order` decide between `01/02/2020` as a day in February and in
  /// January, the order that makes the step regular is taken, and the day first when both do.
  init(
    _ cells: [String], acceptsBareNumbers: Bool, order: DateOrder?
  ) throws(Failure) {
    var scanned: [ScannedTimestamp] = []
    scanned.reserveCapacity(cells.count)
    for (row, cell) in cells.enumerated() {
      guard
        let next = TimestampScanner.scan(cell, acceptsBareNumbers: acceptsBareNumbers),
        let format = scanned.last.map({ $0.format.merged(with: next.format) }) ?? next.format
      else { throw row == 0 ? .notTimestamps : .unlike(row: row) }
      scanned.append(next)
      scanned[row].format = format
    }
    guard let format = scanned.last?.format else { throw .notTimestamps }
    let orders = order.map { [$0] } ?? DateOrder.allCases
    let readings = orders.compactMap { order in
      Self.decided(scanned, order).map { (order: order, timestamps: $0) }
    }
    guard let first = readings.first else {
      throw .unlike(row: Self.firstUndecidable(scanned, orders))
    }
    let isUndecided = readings.count > 1 && readings[0].timestamps != readings[1].timestamps
    let regular = readings.filter { Spacing(of: $0.timestamps).isRegular }
    let isDecidedByStep = isUndecided && regular.count == 1
    let chosen = isDecidedByStep ? regular[0] : first
    self.timestamps = chosen.timestamps
    self.format = format
    self.isOrderAssumed = isUndecided && !isDecidedByStep
    if case .undecided = scanned[0].fields, chosen.order == .monthFirst {
      self.format.order = .monthDayYear
    }
  }

  private static func decided(_ scanned: [ScannedTimestamp], _ order: DateOrder) -> [Timestamp]? {
    var result: [Timestamp] = []
    result.reserveCapacity(scanned.count)
    for cell in scanned {
      guard let date = date(cell.fields, order) else { return nil }
      result.append(Timestamp(date: date, timeOfDay: cell.timeOfDay, offset: cell.offset))
    }
    return result
  }

  private static func date(_ fields: ScannedTimestamp.Fields, _ order: DateOrder) -> CivilDate? {
    switch fields {
    case .date(let date): date
    case .undecided(let first, let second, let year):
      order == .dayFirst
        ? CivilDate(year: year, month: second, day: first)
        : CivilDate(year: year, month: first, day: second)
    }
  }

  /// The row at which the last of `orders` stops making sense.
  private static func firstUndecidable(
    _ scanned: [ScannedTimestamp], _ orders: [DateOrder]
  ) -> Int {
    orders.compactMap { order in
      scanned.firstIndex { date($0.fields, order) == nil }
    }.max() ?? 0
  }
}
