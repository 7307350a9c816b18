/// How far apart the rows of an index are, and where they are not.
public struct Spacing: Hashable, Sendable {
  public enum Step: Hashable, Sendable {
    case time(TimeStep)
    /// The difference between plain numbers.
    case number(Double)
  }

  /// The most frequent step, or nothing when rows do not move forward or there are fewer than two.
  public let usualStep: Step?

  /// The number of rows that do not follow the row before them by the usual step.
  public let exceptionCount: Int

  /// The first such row, counted from 0.
  public let firstException: Int?

  /// The day of the month that steps of months aim at; 31 for month ends.
  private var anchorDay = 1

  /// Whether every row follows the one before by the same step.
  public var isRegular: Bool { usualStep != nil && exceptionCount == 0 }

  private var isOfDays: Bool {
    guard case .time(let step)? = usualStep else { return false }
    return step.microseconds.map { $0 % Timestamp.microsecondsPerDay == 0 } ?? true
  }

  /// The spacing of labels, which is unknown.
  static let unknown = Spacing(step: nil, exceptions: [])

  private init(step: Step?, exceptions: [Int]) {
    self.usualStep = step
    self.exceptionCount = exceptions.count
    self.firstException = exceptions.first
  }

  // MARK: - Finding the step

  /// Finds the step of `timestamps`: months that keep to one day of the month or to its end, or
  /// else a constant time, or else days from Monday to Friday.
  init(of timestamps: [Timestamp]) {
    guard timestamps.count > 1 else {
      self = .unknown
      return
    }
    if let monthly = Spacing(monthsOf: timestamps) {
      self = monthly
      return
    }
    var best = Spacing(constantStepOf: timestamps, at: timestamps.map(\.clock))
    // Where summer time begins the clock jumps and the instants stay evenly spaced, except that days
    // are told by the clock.
    if !best.isRegular || !best.isOfDays,
      timestamps.contains(where: { $0.offset != timestamps[0].offset })
    {
      let instants = Spacing(constantStepOf: timestamps, at: timestamps.map(\.instant))
      if instants.exceptionCount <= best.exceptionCount { best = instants }
    }
    if !best.isRegular, let weekdays = Spacing(businessDaysOf: timestamps),
      weekdays.exceptionCount < best.exceptionCount
    {
      best = weekdays
    }
    self = best
  }

  /// Finds the step of `numbers` that are written with `decimalCount` digits after the point.
  init(of numbers: [Double], decimalCount: Int) {
    // Whole numbers, because 0.3 - 0.2 is not 0.2 - 0.1.
    let scale = decimalScale(decimalCount)
    let scaled = numbers.map { ($0 * scale).rounded() }
    let steps = zip(scaled.dropFirst(), scaled).map { $0 - $1 }
    guard let usual = mostFrequent(steps), usual > 0, usual.isFinite else {
      self = .unknown
      return
    }
    self.init(step: .number(usual / scale), exceptions: rows(of: steps, unlike: usual))
  }

  private init?(monthsOf timestamps: [Timestamp]) {
    let timeOfDay = timestamps[0].timeOfDay
    guard timestamps.allSatisfy({ $0.timeOfDay == timeOfDay }) else { return nil }
    let dates = timestamps.map(\.date)
    let lastDay = dates.reduce(0) { max($0, $1.day) }
    let anchorDay = dates.allSatisfy(\.isLastOfMonth) ? 31 : lastDay
    guard
      dates.allSatisfy({
        $0.day == min(anchorDay, CivilDate.dayCount(ofMonth: $0.month, year: $0.year))
      })
    else { return nil }
    let steps = zip(dates.dropFirst(), dates).map { $0.monthNumber - $1.monthNumber }
    guard let usual = mostFrequent(steps), usual > 0 else { return nil }
    self.init(step: .time(TimeStep(months: usual)), exceptions: rows(of: steps, unlike: usual))
    self.anchorDay = anchorDay
  }

  private init(constantStepOf timestamps: [Timestamp], at positions: [Int]) {
    let steps = zip(positions.dropFirst(), positions).map { $0 - $1 }
    guard let usual = mostFrequent(steps), usual > 0 else {
      self = .unknown
      return
    }
    self.init(
      step: .time(TimeStep(microseconds: usual)), exceptions: rows(of: steps, unlike: usual))
  }

  private init?(businessDaysOf timestamps: [Timestamp]) {
    guard timestamps.allSatisfy({ $0.weekday < 5 }) else { return nil }
    let exceptions = timestamps.indices.dropFirst().filter { row in
      let previous = timestamps[row - 1]
      let days = previous.weekday == 4 ? 3 : 1
      return timestamps[row].clock - previous.clock != days * Timestamp.microsecondsPerDay
    }
    self.init(step: .time(TimeStep(1, .businessDay)), exceptions: exceptions)
  }

  // MARK: - Going on

  /// Returns the timestamp `count` usual steps after `last`, or nothing when the step is unknown or
  /// the calendar of four-digit years ends before.
  func timestamp(_ count: Int, stepsAfter last: Timestamp) -> Timestamp? {
    guard case .time(let step)? = usualStep else { return nil }
    let clock: Int?
    if let months = step.months {
      clock = monthsLater(last, checkedProduct(count, months))
    } else if step.unit == .businessDay {
      let days = checkedProduct(count, step.count).map { businessDays($0, from: last.weekday) }
      let length = days.flatMap { checkedProduct($0, Timestamp.microsecondsPerDay) }
      clock = checkedSum(last.clock, length)
    } else {
      clock = checkedSum(last.clock, step.microseconds.flatMap { checkedProduct(count, $0) })
    }
    guard let clock, Timestamp.writableClocks.contains(clock) else { return nil }
    return Timestamp(clock: clock, offset: last.offset)
  }

  private func monthsLater(_ last: Timestamp, _ months: Int?) -> Int? {
    let start = last.date.monthNumber
    guard let months, (0..<120_000 - start).contains(months) else { return nil }
    let date = CivilDate(monthNumber: start + months, day: anchorDay)
    return Timestamp(date: date, timeOfDay: last.timeOfDay).clock
  }

  /// The days from `weekday` (0 for Monday) to the business day `count` later.
  private func businessDays(_ count: Int, from weekday: Int) -> Int {
    // No calendar is as long as this limit.
    let total = weekday + min(count, Int.max / 16)
    return 7 * (total / 5) + total % 5 - weekday
  }
}

/// 10 to the power `decimalCount`.
func decimalScale(_ decimalCount: Int) -> Double {
  (0..<decimalCount).reduce(1) { scale, _ in scale * 10 }
}

/// The most frequent of `steps`, the smallest of equally frequent ones.
private func mostFrequent<Number: Comparable & Hashable>(_ steps: [Number]) -> Number? {
  var counts: [Number: Int] = [:]
  for step in steps { counts[step, default: 0] += 1 }
  return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
}

/// The rows whose step from the row before is not `usual`.
private func rows<Number: Equatable>(of steps: [Number], unlike usual: Number) -> [Int] {
  steps.indices.filter { steps[$0] != usual }.map { $0 + 1 }
}

private func checkedProduct(_ left: Int, _ right: Int) -> Int? {
  let (product, overflow) = left.multipliedReportingOverflow(by: right)
  return overflow ? nil : product
}

private func checkedSum(_ left: Int, _ right: Int?) -> Int? {
  guard let right else { return nil }
  let (sum, overflow) = left.addingReportingOverflow(right)
  return overflow ? nil : sum
}
