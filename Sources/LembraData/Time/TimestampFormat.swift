/// How a file writes its timestamps, found from the timestamps themselves.
public struct TimestampFormat: Hashable, Sendable {
  /// The fields of a date, in the order in which they are written.
  public enum Order: Hashable, Sendable {
    case yearMonthDay, dayMonthYear, monthDayYear, yearMonth, monthYear, yearQuarter, year
  }

  /// How the distance to UTC is written.
  public enum Zone: Hashable, Sendable {
    /// `Z`
    case utc
    /// `+01:00`
    case hoursColonMinutes
    /// `+0100`
    case hoursMinutes
    /// `+01`
    case hours
  }

  public internal(set) var order: Order
  /// What stands between the fields of the date; empty in `20120131` and `2012Q1`.
  public internal(set) var separator: String
  /// Whether days and months below ten are written with a zero in front.
  public internal(set) var isDatePadded: Bool
  /// Whether hours below ten are written with a zero in front.
  public internal(set) var isHourPadded: Bool
  /// What stands between the date and the time: `T` or a blank.
  public internal(set) var timeMark: String
  /// 0 for a date alone, 2 for hours and minutes, 3 with seconds.
  public internal(set) var timeFieldCount: Int
  public internal(set) var fractionDigitCount: Int
  public internal(set) var fractionMark: String
  public internal(set) var zone: Zone?

  /// Returns the format that can write what either of two formats of one column writes, or nothing
  /// when they are of different kinds.
  func merged(with other: TimestampFormat) -> TimestampFormat? {
    guard
      order == other.order, separator == other.separator, (zone == nil) == (other.zone == nil)
    else { return nil }
    var result = self
    result.isDatePadded = isDatePadded && other.isDatePadded
    result.isHourPadded = isHourPadded && other.isHourPadded
    result.zone = zone == .utc ? other.zone : zone
    if other.timeFieldCount > timeFieldCount {
      result.timeMark = other.timeMark
      result.timeFieldCount = other.timeFieldCount
    }
    if other.fractionDigitCount > fractionDigitCount {
      result.fractionMark = other.fractionMark
      result.fractionDigitCount = other.fractionDigitCount
    }
    return result
  }

  /// Returns `timestamp` as the file would write it.
  public func text(_ timestamp: Timestamp) -> String {
    let date = timestamp.date
    let day = zeros(date.day, isDatePadded ? 2 : 1)
    let month = zeros(date.month, isDatePadded ? 2 : 1)
    let year = zeros(date.year, 4)
    let dateText =
      switch order {
      case .yearMonthDay: [year, month, day].joined(separator: separator)
      case .dayMonthYear: [day, month, year].joined(separator: separator)
      case .monthDayYear: [month, day, year].joined(separator: separator)
      case .yearMonth: [year, month].joined(separator: separator)
      case .monthYear: [month, year].joined(separator: separator)
      case .yearQuarter: "\(year)\(separator)Q\((date.month + 2) / 3)"
      case .year: year
      }
    return timeFieldCount == 0 ? dateText : dateText + timeMark + timeText(timestamp)
  }

  private func timeText(_ timestamp: Timestamp) -> String {
    let time = timestamp.timeOfDay
    let minutes = time / Timestamp.microsecondsPerMinute
    let microseconds = time % Timestamp.microsecondsPerMinute
    var text = zeros(minutes / 60, isHourPadded ? 2 : 1) + ":" + zeros(minutes % 60, 2)
    if timeFieldCount == 3 {
      text += ":" + zeros(microseconds / Timestamp.microsecondsPerSecond, 2)
    }
    if fractionDigitCount > 0 {
      let fraction = zeros(microseconds % Timestamp.microsecondsPerSecond, 6) + "000"
      text += fractionMark + fraction.prefix(fractionDigitCount)
    }
    return text + zoneText(timestamp.offset ?? 0)
  }

  private func zoneText(_ offset: Int) -> String {
    guard let zone else { return "" }
    let minutes = abs(offset) / 60
    let hours = (offset < 0 ? "-" : "+") + zeros(minutes / 60, 2)
    return switch zone {
    case .utc: "Z"
    case .hoursColonMinutes: hours + ":" + zeros(minutes % 60, 2)
    case .hoursMinutes: hours + zeros(minutes % 60, 2)
    case .hours: hours
    }
  }

  private func zeros(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
