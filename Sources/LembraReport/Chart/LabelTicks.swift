/// Ticks for an axis whose positions 0, 1, 2, … have texts for names.
package enum LabelTicks {
  /// A tick for every text within `interval`.
  package static func all(_ labels: [String], within interval: Interval) -> [Tick] {
    labels.indices.filter { interval.contains(Double($0)) }.map {
      Tick(value: Double($0), label: labels[$0])
    }
  }

  /// Choices from the ticks `all`, the fullest ones first, each of at most `limit` ticks.
  ///
  /// For dates these are the starts of hours, days, months and years and of groups of them, each
  /// named as far as it needs; for other texts every second, fifth, tenth and so on.
  package static func choices(from all: [Tick], atMost limit: Int) -> [[Tick]] {
    var choices: [[Tick]] = []
    let dates = all.map { CalendarLabel($0.label) }
    if !dates.contains(nil) {
      choices = calendarChoices(dates.compactMap(\.self), from: all, atMost: limit)
    }
    for step in RoundStep.rising(from: 2, wholeNumbers: true) {
      let every = Int(step.value)
      if all.count / every <= limit {
        choices.append(all.filter { Int($0.value) % every == 0 })
      }
      if every >= all.count { break }
    }
    return choices + [Array(all.prefix(1))]
  }

  /// The places where a part of the calendar turns to a multiple of a round number.
  private static func calendarChoices(
    _ dates: [CalendarLabel], from all: [Tick], atMost limit: Int
  ) -> [[Tick]] {
    CalendarLabel.Division.all.compactMap { division in
      let starts = dates.indices.filter { index in
        division.starts(dates[index], after: index > 0 ? dates[index - 1] : nil)
      }
      guard (2...max(limit, 2)).contains(starts.count) else { return nil }
      return starts.map { index in
        let label = String(all[index].label.prefix(division.labelLength))
        return Tick(value: all[index].value, label: label)
      }
    }
  }
}

/// A date of ISO form: `1950-03`, `2012-01-31`, `2012-01-31T06:00` or with a space.
struct CalendarLabel: Hashable {
  /// The minutes since the year 0, where every month has 31 days.
  private let minutes: Int

  /// What is not written is at its first value; seconds and zones do not matter.
  init?(_ text: String) {
    guard [7, 10, 16, 19, 20].contains(text.utf8.count) else { return nil }
    var parts = [0]
    for (byte, sign) in zip(text.utf8, "0000-00-00T00:00".utf8) {
      let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      guard isDigit == (sign == UInt8(ascii: "0")) else { return nil }
      if isDigit {
        parts[parts.count - 1] = parts[parts.count - 1] * 10 + Int(byte - UInt8(ascii: "0"))
      } else {
        parts.append(0)
      }
    }
    parts += [0, 1, 1, 0, 0].dropFirst(parts.count)
    guard (1...12).contains(parts[1]), (1...31).contains(parts[2]), parts[3] < 24, parts[4] < 60
    else { return nil }
    let days = (parts[0] * 12 + parts[1] - 1) * 31 + parts[2] - 1
    minutes = (days * 24 + parts[3]) * 60 + parts[4]
  }

  /// A part of the calendar, taken one by one or in groups.
  struct Division {
    /// The length in minutes, where every month has 31 days.
    let length: Int
    /// How many there are in the next larger part.
    let count: Int
    /// How much of a label names a start of this division.
    let labelLength: Int
    let every: Int

    /// From the finest to the coarsest.
    static let all: [Division] =
      [1, 2, 5, 10, 15, 30].map { Division(length: 1, count: 60, labelLength: 16, every: $0) }
      + [1, 3, 6, 12].map { Division(length: 60, count: 24, labelLength: 16, every: $0) }
      + [1, 2, 5, 10].map { Division(length: day, count: 31, labelLength: 10, every: $0) }
      + [1, 2, 3, 6].map { Division(length: 31 * day, count: 12, labelLength: 7, every: $0) }
      + [1, 2, 5, 10, 20, 50, 100].map {
        Division(length: 12 * 31 * day, count: 10_000, labelLength: 4, every: $0)
      }

    private static let day = 24 * 60

    func starts(_ date: CalendarLabel, after previous: CalendarLabel?) -> Bool {
      let current = date.minutes / length
      let isStart =
        previous.map { $0.minutes / length != current } ?? (date.minutes % length == 0)
      let place = current % count
      // The 31st would stand next to the 1st.
      let isCrowded = every > 1 && count == 31 && place == 30
      return isStart && place % every == 0 && !isCrowded
    }
  }
}
