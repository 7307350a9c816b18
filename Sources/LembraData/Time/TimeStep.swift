import LembraTensor

/// The time from one row of a regular series to the next.
///
/// Months, quarters and years follow the calendar: a series at month ends stays at month ends.
public struct TimeStep: Hashable, Sendable, Codable {
  public enum Unit: String, Sendable, Codable, CaseIterable {
    case microsecond, second, minute, hour, day
    /// A day from Monday to Friday.
    case businessDay = "business day"
    case week, month, quarter, year
  }

  public let count: Int
  public let unit: Unit

  /// - Precondition: `count` is positive, and the step shorter than a calendar of 10,000 years.
  public init(_ count: Int, _ unit: Unit) {
    precondition(
      Self.isValid(count, unit), "a step of \(count) \(unit.rawValue)s is not one of a calendar")
    self.count = count
    self.unit = unit
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let count = try container.decode(Int.self, forKey: .count)
    let unit = try container.decode(Unit.self, forKey: .unit)
    guard Self.isValid(count, unit) else {
      throw DecodingError.dataCorruptedError(
        forKey: .count, in: container,
        debugDescription: "a step of \(count) \(unit.rawValue)s is not one of a calendar")
    }
    self.init(count, unit)
  }

  private enum CodingKeys: CodingKey { case count, unit }

  private static func isValid(_ count: Int, _ unit: Unit) -> Bool {
    let length = unit.microseconds ?? 28 * (unit.months ?? 1) * Timestamp.microsecondsPerDay
    return count > 0 && count <= Timestamp.writableClocks.count / length
  }

  /// The step of `microseconds` in the largest unit of constant length that divides it.
  init(microseconds: Int) {
    for unit in [Unit.week, .day, .hour, .minute, .second] {
      guard let length = unit.microseconds, microseconds % length == 0 else { continue }
      self.init(microseconds / length, unit)
      return
    }
    self.init(microseconds, .microsecond)
  }

  /// The step of `months` in the largest calendar unit that divides it.
  init(months: Int) {
    if months % 12 == 0 {
      self.init(months / 12, .year)
    } else if months % 3 == 0 {
      self.init(months / 3, .quarter)
    } else {
      self.init(months, .month)
    }
  }

  /// The step's length for the units of constant length.
  var microseconds: Int? { unit.microseconds.map { $0 * count } }

  /// The step's length in months for the units of the calendar.
  var months: Int? { unit.months.map { $0 * count } }
}

extension TimeStep.Unit {
  /// The unit's length, where it is the same everywhere in the calendar.
  var microseconds: Int? {
    switch self {
    case .microsecond: 1
    case .second: Timestamp.microsecondsPerSecond
    case .minute: Timestamp.microsecondsPerMinute
    case .hour: Timestamp.microsecondsPerHour
    case .day: Timestamp.microsecondsPerDay
    case .week: 7 * Timestamp.microsecondsPerDay
    case .businessDay, .month, .quarter, .year: nil
    }
  }

  /// The unit's length in months, where it is whole months.
  var months: Int? {
    switch self {
    case .month: 1
    case .quarter: 3
    case .year: 12
    default: nil
    }
  }
}

extension TimeStep: CustomStringConvertible {
  /// The step in words: `1 hour`, `15 minutes`.
  public var description: String { "\(count) \(unit.rawValue)\(count == 1 ? "" : "s")" }
}
