/// A point in time as a file writes it: a reading of a clock, and how far it is from UTC if it says.
public struct Timestamp: Hashable, Sendable {
  /// Microseconds from 1970-01-01T00:00 to what the clock shows.
  public let clock: Int
  /// Seconds that the clock is ahead of UTC, when the file says so.
  public let offset: Int?

  public init(clock: Int, offset: Int? = nil) {
    self.clock = clock
    self.offset = offset
  }

  init(date: CivilDate, timeOfDay: Int = 0, offset: Int? = nil) {
    self.init(clock: date.daysSinceEpoch * Self.microsecondsPerDay + timeOfDay, offset: offset)
  }

  /// The day that the clock shows.
  public var date: CivilDate {
    CivilDate(daysSinceEpoch: clock.flooredQuotient(by: Self.microsecondsPerDay))
  }

  /// Microseconds since the clock's midnight.
  public var timeOfDay: Int {
    clock - clock.flooredQuotient(by: Self.microsecondsPerDay) * Self.microsecondsPerDay
  }

  /// Microseconds since 1970-01-01T00:00 UTC; a clock without an offset counts as UTC.
  var instant: Int { clock - (offset ?? 0) * Self.microsecondsPerSecond }

  /// 0 for Monday to 6 for Sunday.
  var weekday: Int {
    // 1970-01-01 was a Thursday.
    let days = clock.flooredQuotient(by: Self.microsecondsPerDay) + 3
    return days - days.flooredQuotient(by: 7) * 7
  }

  static let microsecondsPerSecond = 1_000_000
  static let microsecondsPerMinute = 60 * microsecondsPerSecond
  static let microsecondsPerHour = 60 * microsecondsPerMinute
  static let microsecondsPerDay = 24 * microsecondsPerHour

  /// The clock readings that four digits for the year can write.
  static let writableClocks: Range<Int> = {
    let first = CivilDate(monthNumber: 0, day: 1).daysSinceEpoch
    let end = CivilDate(monthNumber: 10_000 * 12, day: 1).daysSinceEpoch
    return first * microsecondsPerDay..<end * microsecondsPerDay
  }()
}
