import LembraData
import Testing

@Suite("Dates and times")
struct TimestampTests {
  @Test("a date exists where the calendar has it", arguments: [1600, 1900, 2000, 2019, 2020, 2400])
  func monthLengths(year: Int) {
    let isLeap = [1600, 2000, 2020, 2400].contains(year)
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    for (month, length) in lengths.enumerated() {
      for day in [1, length] {
        #expect(CivilDate(year: year, month: month + 1, day: day) != nil)
      }
      #expect(CivilDate(year: year, month: month + 1, day: length + 1) == nil)
      #expect(CivilDate(year: year, month: month + 1, day: 0) == nil)
    }
    #expect(CivilDate(year: year, month: 13, day: 1) == nil)
    #expect(CivilDate(year: year, month: 0, day: 1) == nil)
  }

  @Test("days are counted without a gap from one calendar day to the next")
  func dayCount() throws {
    var date = try #require(CivilDate(year: 0, month: 1, day: 1))
    let day = 86_400_000_000
    var clock = -719_528 * day
    // Every day of the years 0 to 9999, against the plain rule of the calendar.
    while date.year < 10_000 {
      guard Timestamp(clock: clock).date == date else {
        Issue.record("\(date) is not day \(clock / day)")
        return
      }
      clock += day
      let next =
        CivilDate(year: date.year, month: date.month, day: date.day + 1)
        ?? CivilDate(year: date.year, month: date.month + 1, day: 1)
        ?? CivilDate(year: date.year + 1, month: 1, day: 1)
      date = try #require(next)
    }
    #expect(clock / day == 2_932_897)
  }

  @Test("a clock before 1970 has a time of day from midnight on")
  func beforeTheEpoch() {
    let timestamp = Timestamp(clock: -1_000_000)
    #expect(timestamp.timeOfDay == 86_399_000_000)
    #expect(timestamp.date == CivilDate(year: 1969, month: 12, day: 31))
  }

  @Test("a step is written in words")
  func words() {
    #expect(TimeStep(1, .hour).description == "1 hour")
    #expect(TimeStep(15, .minute).description == "15 minutes")
    #expect(TimeStep(1, .businessDay).description == "1 business day")
  }

  #if CSV
    @Test(
      "the step is found over leap years and month ends",
      arguments: [
        ("2020-01-01 00:00:00", "2020-01-01 00:00:09", TimeStep(9, .second)),
        ("2020-01-01 00:00", "2020-01-01 00:15", TimeStep(15, .minute)),
        ("2020-01-01T00:00:00.000", "2020-01-01T00:00:00.040", TimeStep(40_000, .microsecond)),
        ("2020-02-28 23:00", "2020-02-29 00:00", TimeStep(1, .hour)),
        ("2020-02-28", "2020-03-06", TimeStep(1, .week)),
        ("2020-02-29", "2020-03-31", TimeStep(1, .month)),
        ("2020-01", "2020-04", TimeStep(1, .quarter)),
        ("2020-01-15", "2020-07-15", TimeStep(2, .quarter)),
        ("2019-02-28", "2020-02-29", TimeStep(1, .year)),
        ("1700", "1710", TimeStep(10, .year)),
        ("2020-03-29T01:00+01:00", "2020-03-29T03:00+02:00", TimeStep(1, .hour)),
      ])
    func step(first: String, second: String, step: TimeStep) throws {
      #expect(try table("date,x\n\(first),1\n\(second),2\n").index?.timeStep == step)
    }

    @Test(
      "what is no date or time is none",
      arguments: [
        "2020-13-01", "2020-00-01", "2021-02-29", "2020-1-1T", "2020-01-01 24:00",
        "2020-01-01 12:60", "2020-01-01 1:2", "2020-01-01T10:00+15:00", "2020-01-01T10:00+1",
        "2020-01/01", "20-01-01", "2020-01-01x", "32/13/2020", "2020Q5", "00/2020",
        "2020-01-01T00:00:00.0000000001", "2020--01", "12345-01-01",
      ])
    func notTimestamps(text: String) throws {
      let table = try table("when,x\n\(text),1\n")
      #expect(table.index == nil)
    }

    @Test("every day of a leap cycle is written as it was read", arguments: ["", " 07:08:09"])
    func roundTrip(time: String) throws {
      var texts: [String] = []
      for year in 1999...2004 {
        for month in 1...12 {
          for day in 1...31 where CivilDate(year: year, month: month, day: day) != nil {
            texts.append(
              "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)\(time)")
          }
        }
      }
      let index = try #require(try table("date,x\n" + texts.map { "\($0),1\n" }.joined()).index)
      guard case .timestamps(let timestamps, let format) = index.values else {
        Issue.record("the index holds timestamps")
        return
      }
      #expect(timestamps.map(format.text) == texts)
      #expect(index.timeStep == TimeStep(1, .day))
      #expect(index.spacing.isRegular)
      let start = try #require(try table("date,x\n\(texts[0]),1\n\(texts[1]),1\n").index)
      #expect(start.continued(by: texts.count - 2) == Array(texts.dropFirst(2)))
    }
  #endif
}
