#if CSV
  import LembraData
  import LembraTensor
  import Testing

  @Suite("The index of a table")
  struct RowIndexTests {
    @Test(
      "is the first column when it holds dates or is named like an index",
      arguments: [
        ("when,x\n2020-01-01,1\n2020-01-02,2\n", "when"), ("index,x\n1,1\n2,2\n", "index"),
        (",x\n0,1\n1,2\n", "column1"), ("Month,x\nJan,1\nFeb,2\n", "Month"),
        ("year,x\n1749,1\n1750,2\n", "year"), ("time,x\n0.0,5\n0.5,6\n", "time"),
      ])
    func detected(text: String, name: String) throws {
      let table = try table(text)
      #expect(table.index?.name == name)
      #expect(table.columns.map(\.name) == ["x"])
    }

    @Test(
      "is none when the first column is a variable",
      arguments: [
        "GR,CO2\n1,2\n2,3\n", "month,x\n1,5\n2,6\n1,7\n", "x\n2020\n2021\n", "year\n1749\n1750\n",
        "name,x\nfirst,1\nsecond,2\n",
      ])
    func notDetected(text: String) throws {
      #expect(try table(text).index == nil)
    }

    @Test("is the column that was chosen, or none")
    func chosen() throws {
      let text = "x,when,label\n1,2020-01-01,a\n2,2020-01-02,b\n"
      let byTime = try table(text, CSVOptions(index: .column("when")))
      #expect(byTime.index?.timeStep == TimeStep(1, .day))
      #expect(byTime.columns.map(\.name) == ["x", "label"])
      let byLabel = try table(text, CSVOptions(index: .column("label")))
      #expect(byLabel.index?.continued(by: 2) == nil)
      #expect(try table("date,x\n2020-01-01,1\n", CSVOptions(index: .none)).index == nil)
      let error = try lembraError { _ = try table(text, CSVOptions(index: .column("wen"))) }
      #expect(error.remedy.hasPrefix("did you mean 'when'?"))
    }

    @Test("names the line of a date that is none")
    func brokenDates() throws {
      let examples = [
        ("2020-02-30", "'2020-02-30' is no date like '2020-02-28'"),
        ("", "there is no date like '2020-02-28'"),
        ("29/02/2020", "'29/02/2020' is no date like '2020-02-28'"),
      ]
      for (cell, message) in examples {
        let error = try lembraError { _ = try table("day,x\n2020-02-28,1\n\(cell),2\n") }
        #expect(error.location == .init(file: "data.csv", line: 3, column: "day"))
        #expect(error.message.hasPrefix(message))
      }
      let chosen = CSVOptions(index: .column("day"))
      #expect(try lembraError { _ = try table("x,day\n1,a\n2,\n", chosen) }.location.line == 3)
    }

    @Test(
      "goes on as the file writes it",
      arguments: [
        (["2020-01", "2020-02"], ["2020-03", "2020-04"]),
        (["2019-11-30", "2019-12-31"], ["2020-01-31", "2020-02-29"]),
        (["2020-01-30", "2020-02-29", "2020-03-30"], ["2020-04-30", "2020-05-30"]),
        (["2023-02-28", "2023-03-28"], ["2023-04-28", "2023-05-28"]),
        (["2020-02-27", "2020-02-28"], ["2020-02-29", "2020-03-01"]),
        (["2019-02-27", "2019-02-28"], ["2019-03-01", "2019-03-02"]),
        (["2016-02-29", "2020-02-29"], ["2024-02-29", "2028-02-29"]),
        (["1896-02-29", "1898-02-28"], ["1900-02-28", "1902-02-28"]),
        (["2020Q3", "2020Q4"], ["2021Q1", "2021Q2"]),
        (["2020-Q3", "2020-Q4"], ["2021-Q1", "2021-Q2"]),
        (["1749", "1750"], ["1751", "1752"]),
        (["20191230", "20191231"], ["20200101", "20200102"]),
        (["30.12.2019", "31.12.2019"], ["01.01.2020", "02.01.2020"]),
        (["12/30/2019", "12/31/2019"], ["01/01/2020", "01/02/2020"]),
        (["30/12/2019", "31/12/2019"], ["01/01/2020", "02/01/2020"]),
        (["9/30/2019", "10/1/2019"], ["10/2/2019", "10/3/2019"]),
        (["11/2019", "12/2019"], ["01/2020", "02/2020"]),
        (["2020/1/31", "2020/2/7"], ["2020/2/14", "2020/2/21"]),
        (
          ["2019-12-31 22:00:00", "2019-12-31 23:00:00"],
          ["2020-01-01 00:00:00", "2020-01-01 01:00:00"]
        ),
        (["2020-01-01T00:00Z", "2020-01-01T00:15Z"], ["2020-01-01T00:30Z", "2020-01-01T00:45Z"]),
        (
          ["2020-01-01T00:00:00.25+01:00", "2020-01-01T00:00:00.50+01:00"],
          ["2020-01-01T00:00:00.75+01:00", "2020-01-01T00:00:01.00+01:00"]
        ),
        (["2020-01-01 9:00", "2020-01-01 10:00"], ["2020-01-01 11:00", "2020-01-01 12:00"]),
        (["2020-01-02", "2020-01-03", "2020-01-06"], ["2020-01-07", "2020-01-08"]),
        (["0.1", "0.2", "0.3"], ["0.4", "0.5"]),
        (["1", "2", "3"], ["4", "5"]),
        (["-1.50", "-0.75"], ["0.00", "0.75"]),
      ] as [([String], [String])])
    func continued(texts: [String], next: [String]) throws {
      let rows = texts.map { "\($0),1\n" }.joined()
      let index = try #require(try table("date,x\n" + rows).index)
      #expect(index.spacing.isRegular)
      #expect(index.irregularity == nil)
      #expect(index.continued(by: 2) == next)
      #expect(index.continued(by: 0) == [])
    }

    @Test("of a single row or past the year 9999 does not go on")
    func noContinuation() throws {
      #expect(try table("date,x\n2020-01-01,1\n").index?.continued(by: 1) == nil)
      let last = try #require(try table("date,x\n9998,1\n9999,2\n").index)
      #expect(last.continued(by: 1) == nil)
      let far = try #require(try table("date,x\n0001-01-01,1\n9000-01-02,2\n").index)
      #expect(far.continued(by: Int.max) == nil)
    }

    @Test("tells where it is irregular")
    func irregular() throws {
      let table = try table(
        "date,x\n1984-12-29,1\n1984-12-30,1\n1985-01-01,1\n1985-01-02,1\n1985-01-05,1\n")
      let spacing = try #require(table.index?.spacing)
      #expect(!spacing.isRegular)
      #expect(spacing.usualStep == .time(TimeStep(1, .day)))
      #expect(spacing.exceptionCount == 2)
      #expect(spacing.firstException == 2)
      #expect(
        table.index?.irregularity
          == "2 rows do not follow the row before by 1 day; the first is '1985-01-01'")
      #expect(table.index?.continued(by: 1) == ["1985-01-06"])
    }

    @Test("keeps its step over summer time when the file tells the distance to UTC")
    func summerTime() throws {
      let table = try table(
        "time,x\n2020-03-29T00:00+01:00,1\n2020-03-29T01:00+01:00,2\n2020-03-29T03:00+02:00,3\n"
          + "2020-03-29T04:00+02:00,4\n")
      #expect(table.index?.spacing.isRegular == true)
      #expect(table.index?.continued(by: 1) == ["2020-03-29T05:00+02:00"])
    }

    @Test("reads an undecided date by its step, as told, or the day first and says so")
    func dateOrder() throws {
      let daily = "date,x\n01/10/2020,1\n01/11/2020,2\n01/12/2020,3\n"
      let assumed = try table(daily)
      #expect(assumed.index?.timeStep == TimeStep(1, .month))
      #expect(assumed.remarks == ["dates such as 01/10/2020 are read with the day first"])
      let told = try table(daily, CSVOptions(dateOrder: .monthFirst))
      #expect(told.index?.continued(by: 1) == ["01/13/2020"])
      #expect(told.remarks.isEmpty)
      let byStep = try table(
        "date,x\n01/05/2020,1\n01/06/2020,2\n01/07/2020,3\n02/07/2020,4\n03/07/2020,5\n")
      #expect(byStep.remarks.count == 1)
      let weekly = try table("date,x\n01/02/2020,1\n08/02/2020,2\n")
      #expect(weekly.index?.timeStep == TimeStep(1, .week))
      #expect(throws: (any Error).self) {
        try table("date,x\n13/01/2020,1\n01/13/2020,2\n")
      }
    }
  }
#endif
