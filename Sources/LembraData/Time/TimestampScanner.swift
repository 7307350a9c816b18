/// A timestamp whose day and month may still stand in either order.
struct ScannedTimestamp {
  enum Fields {
    case date(CivilDate)
    /// Two numbers and a year: day and month, or month and day.
    case undecided(first: Int, second: Int, year: Int)
  }

  var fields: Fields
  var timeOfDay: Int
  var offset: Int?
  /// The format, with `dayMonthYear` standing for either order where it is undecided.
  var format: TimestampFormat
}

/// Reads one timestamp from the bytes of a cell.
struct TimestampScanner {
  private var rest: Substring.UTF8View
  private var format = TimestampFormat(
    order: .yearMonthDay, separator: "", isDatePadded: true, isHourPadded: true, timeMark: "",
    timeFieldCount: 0, fractionDigitCount: 0, fractionMark: "", zone: nil)

  /// Returns the timestamp in `text`, or nothing when it holds anything else.
  ///
  /// `text` is a cell without blanks around it; `acceptsBareNumbers` says whether `1749` is a year
  /// and `20120131` a day, or plain numbers.
  static func scan(_ text: String, acceptsBareNumbers: Bool) -> ScannedTimestamp? {
    var scanner = TimestampScanner(rest: text[...].utf8)
    guard let fields = scanner.date(acceptsBareNumbers: acceptsBareNumbers) else { return nil }
    var timeOfDay = 0
    var offset: Int?
    if !scanner.rest.isEmpty {
      guard let time = scanner.time() else { return nil }
      timeOfDay = time
      if !scanner.rest.isEmpty {
        guard let zone = scanner.zone() else { return nil }
        offset = zone
      }
    }
    guard scanner.rest.isEmpty else { return nil }
    return ScannedTimestamp(
      fields: fields, timeOfDay: timeOfDay, offset: offset, format: scanner.format)
  }

  private init(rest: Substring.UTF8View) {
    self.rest = rest
  }

  // MARK: - The date

  private mutating func date(acceptsBareNumbers: Bool) -> ScannedTimestamp.Fields? {
    guard let (first, digitCount) = number(upTo: 8) else { return nil }
    switch digitCount {
    case 4: return yearFirst(first, acceptsBareNumbers: acceptsBareNumbers)
    case 8 where acceptsBareNumbers:
      return CivilDate(year: first / 10_000, month: first / 100 % 100, day: first % 100)
        .map { .date($0) }
    case 1, 2:
      format.isDatePadded = digitCount == 2
      return yearLast(first)
    default: return nil
    }
  }

  private mutating func yearFirst(
    _ year: Int, acceptsBareNumbers: Bool
  ) -> ScannedTimestamp.Fields? {
    if rest.isEmpty {
      format.order = .year
      return acceptsBareNumbers ? CivilDate(year: year, month: 1, day: 1).map { .date($0) } : nil
    }
    format.separator = take(anyOf: "-/.").map { String($0) } ?? ""
    if take(anyOf: "Qq") != nil {
      guard case (let quarter, 1)? = number(upTo: 1), rest.isEmpty else { return nil }
      format.order = .yearQuarter
      return CivilDate(year: year, month: 3 * quarter - 2, day: 1).map { .date($0) }
    }
    guard !format.separator.isEmpty, let month = dayOrMonth() else { return nil }
    guard !rest.isEmpty else {
      format.order = .yearMonth
      return CivilDate(year: year, month: month, day: 1).map { .date($0) }
    }
    guard take(anyOf: format.separator) != nil, let day = dayOrMonth() else { return nil }
    return CivilDate(year: year, month: month, day: day).map { .date($0) }
  }

  private mutating func yearLast(_ first: Int) -> ScannedTimestamp.Fields? {
    guard let separator = take(anyOf: "-/."), let (second, digitCount) = number(upTo: 4)
    else { return nil }
    format.separator = String(separator)
    guard digitCount <= 2 else {
      guard digitCount == 4, rest.isEmpty else { return nil }
      format.order = .monthYear
      return CivilDate(year: second, month: first, day: 1).map { .date($0) }
    }
    if digitCount == 1 { format.isDatePadded = false }
    guard take(anyOf: format.separator) != nil, case (let year, 4)? = number(upTo: 4)
    else { return nil }
    format.order = .dayMonthYear
    // A full stop between the fields is the custom of countries that put the day first.
    guard separator != "." else {
      return CivilDate(year: year, month: second, day: first).map { .date($0) }
    }
    let readings = [(first, second), (second, first)]
    guard readings.contains(where: { CivilDate(year: year, month: $0.1, day: $0.0) != nil })
    else { return nil }
    return .undecided(first: first, second: second, year: year)
  }

  private mutating func dayOrMonth() -> Int? {
    guard let (value, digitCount) = number(upTo: 2) else { return nil }
    if digitCount == 1 { format.isDatePadded = false }
    return value
  }

  // MARK: - The time

  /// Reads `T09:30`, ` 09:30:15` or ` 09:30:15.25`; the result is in microseconds.
  private mutating func time() -> Int? {
    guard let mark = take(anyOf: "T ") else { return nil }
    guard let (hour, hourDigitCount) = number(upTo: 2), hour < 24, take(anyOf: ":") != nil,
      case (let minute, 2)? = number(upTo: 2), minute < 60
    else { return nil }
    format.timeMark = String(mark)
    format.timeFieldCount = 2
    if hourDigitCount == 1 { format.isHourPadded = false }
    var time = (hour * 60 + minute) * Timestamp.microsecondsPerMinute
    guard take(anyOf: ":") != nil else { return time }
    guard case (let second, 2)? = number(upTo: 2), second < 60 else { return nil }
    format.timeFieldCount = 3
    time += second * Timestamp.microsecondsPerSecond
    guard let fractionMark = take(anyOf: ".,") else { return time }
    guard let (fraction, digitCount) = number(upTo: 9) else { return nil }
    format.fractionMark = String(fractionMark)
    format.fractionDigitCount = digitCount
    let nanoseconds = (digitCount..<9).reduce(fraction) { value, _ in value * 10 }
    return nanoseconds % 1000 == 0 ? time + nanoseconds / 1000 : nil
  }

  /// Reads `Z`, `+01`, `+0100` or `+01:00`; the result is in seconds.
  private mutating func zone() -> Int? {
    _ = take(anyOf: " ")
    guard let sign = take(anyOf: "Z+-") else { return nil }
    guard sign != "Z" else {
      format.zone = .utc
      return 0
    }
    guard let (value, digitCount) = number(upTo: 4) else { return nil }
    var hours = value
    var minutes = 0
    if digitCount == 4 {
      (hours, minutes) = value.quotientAndRemainder(dividingBy: 100)
      format.zone = .hoursMinutes
    } else if take(anyOf: ":") != nil, case (let written, 2)? = number(upTo: 2) {
      minutes = written
      format.zone = .hoursColonMinutes
    } else {
      format.zone = .hours
    }
    guard digitCount % 2 == 0, hours <= 14, minutes < 60 else { return nil }
    return (sign == "-" ? -60 : 60) * (hours * 60 + minutes)
  }

  // MARK: - Bytes

  /// Takes a run of digits and returns its value and length; a run longer than `limit` is no match.
  private mutating func number(upTo limit: Int) -> (value: Int, digitCount: Int)? {
    let digits = rest.prefix(while: { (0x30...0x39).contains($0) })
    guard (1...limit).contains(digits.count) else { return nil }
    rest = rest[digits.endIndex...]
    return (digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }, digits.count)
  }

  private mutating func take(anyOf characters: String) -> Character? {
    guard let first = rest.first, characters.utf8.contains(first) else { return nil }
    rest = rest.dropFirst()
    return Character(UnicodeScalar(first))
  }
}
