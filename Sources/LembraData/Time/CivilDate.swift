/// A day of the Gregorian calendar, extended backward before its introduction.
///
/// The conversions are Howard Hinnant's `days_from_civil` and `civil_from_days`: years are counted
/// from the first of March, so that the leap day is the last day of its year and the month lengths
/// follow one linear formula.
public struct CivilDate: Hashable, Sendable {
  public let year: Int
  /// The month, 1 to 12.
  public let month: Int
  /// The day of the month, counted from 1.
  public let day: Int

  /// Creates a date, or nothing when there is no such day.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...12).contains(month), day >= 1, day <= Self.dayCount(ofMonth: month, year: year)
    else { return nil }
    self.init(uncheckedYear: year, month: month, day: day)
  }

  /// The day `days` after 1970-01-01.
  init(daysSinceEpoch days: Int) {
    let shifted = days + Self.daysToEpoch
    let era = shifted.flooredQuotient(by: Self.daysPerEra)
    let dayOfEra = shifted - era * Self.daysPerEra
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    self.init(
      uncheckedYear: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  private init(uncheckedYear year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The number of days after 1970-01-01, negative before it.
  var daysSinceEpoch: Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = shiftedYear.flooredQuotient(by: 400)
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * Self.daysPerEra + dayOfEra - Self.daysToEpoch
  }

  /// The months since January of year 0.
  var monthNumber: Int { year * 12 + month - 1 }

  /// The day `day` of the month `monthNumber`, or the last day of a shorter month.
  init(monthNumber: Int, day: Int) {
    let year = monthNumber.flooredQuotient(by: 12)
    let month = monthNumber - year * 12 + 1
    self.init(
      uncheckedYear: year, month: month,
      day: min(day, Self.dayCount(ofMonth: month, year: year)))
  }

  var isLastOfMonth: Bool { day == Self.dayCount(ofMonth: month, year: year) }

  static func dayCount(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// The days of 400 years, after which the calendar repeats.
  private static let daysPerEra = 146_097
  /// The days from 0000-03-01 to 1970-01-01.
  private static let daysToEpoch = 719_468
}

extension Int {
  /// The quotient rounded toward minus infinity.
  func flooredQuotient(by divisor: Int) -> Int {
    (self >= 0 ? self : self - divisor + 1) / divisor
  }
}
