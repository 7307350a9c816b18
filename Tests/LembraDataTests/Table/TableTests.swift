#if CSV
  import LembraData
  import LembraTensor
  import Testing

  @Suite("A table")
  struct TableTests {
    @Test("lists its columns and offers the nearest spelling")
    func misspelt() throws {
      let table = try table("GR,CO2\n1,2\n")
      for wrong in ["co2", "CO", "C02"] {
        let error = try lembraError { _ = try table.series(targets: [wrong]) }
        #expect(error.code == .notFound)
        #expect(error.message == "there is no column '\(wrong)'")
        #expect(error.remedy == "did you mean 'CO2'? the columns are GR, CO2")
      }
      let error = try lembraError { _ = try table.numbers(inColumn: "temperature") }
      #expect(error.remedy == "the columns are GR, CO2")
    }

    @Test("of many columns lists the first")
    func manyColumns() throws {
      let names = (1...961).map { "V\($0)" }.joined(separator: ",")
      let row = Array(repeating: "1", count: 961).joined(separator: ",")
      let error = try lembraError {
        _ = try table("\(names)\n\(row)\n").numbers(inColumn: "temperature")
      }
      #expect(error.remedy.hasSuffix("V20 and 941 more"))
    }

    @Test("names the cell that is no number, and only when its column is asked for")
    func textInNumbers() throws {
      let table = try table("x,y\n1,2\n\n3,about 4\n5,6\n")
      #expect(table.numericColumnNames == ["x"])
      #expect(try table.series(targets: ["x"]).values == [1, 3, 5])
      let error = try lembraError { _ = try table.series(targets: ["x"], features: ["y"]) }
      #expect(error.location == .init(file: "data.csv", line: 4, column: "y"))
      #expect(error.message == "'about 4' is not a number")
      #expect(error.remedy.contains("leave it empty"))
    }

    @Test("tells of a decimal comma among decimal points")
    func mixedMarks() throws {
      let table = try table("x;y\n1.5;2.5\n1,5;3.5\n")
      let error = try lembraError { _ = try table.numbers(inColumn: "x") }
      #expect(error.location.line == 3)
      #expect(error.remedy == "write it with a decimal point, as the other numbers of the file")
    }

    @Test("keeps messages short when a cell is long")
    func longCell() throws {
      let long = String(repeating: "long ", count: 100)
      let error = try lembraError { _ = try table("x,y\n\(long),1\n").numbers(inColumn: "x") }
      #expect(error.message.count < 80)
    }

    @Test("does not forecast its index")
    func indexAsTarget() throws {
      let error = try lembraError {
        _ = try table("date,x\n2020-01-01,1\n").series(targets: ["date"])
      }
      #expect(error.location.column == "date")
      #expect(error.remedy.contains("choose among x"))
    }

    @Test("gives targets first, then features, each once")
    func seriesColumns() throws {
      let table = try table("a,b,c\n1,2,3\n4,5,6\n")
      let series = try table.series(targets: ["c"], features: ["a", "c"])
      #expect(series.names == ["c", "a"])
      #expect(series.targetNames == ["c"])
      #expect(series.values == [3, 1, 6, 4])
      #expect(series.column(1) == [1, 4])
      #expect(throws: LembraError.self) { try table.series(targets: ["a", "a"]) }
      #expect(throws: LembraError.self) { try table.series(targets: []) }
    }

    @Test("must go forward in time")
    func newestFirst() throws {
      let newestFirst = try table("date,x\n2020-01-03,1\n2020-01-02,2\n2020-01-01,3\n")
      let error = try lembraError { _ = try newestFirst.series(targets: ["x"]) }
      #expect(error.location == .init(file: "data.csv", line: 3, column: "date"))
      #expect(error.remedy.contains("sort the rows"))
      let clocksPutBack = try table(
        "time,x\n2020-10-25 01:30,1\n2020-10-25 02:30,2\n2020-10-25 02:00,3\n2020-10-25 02:30,4\n")
      #expect(try clocksPutBack.series(targets: ["x"]).rowCount == 4)
    }
  }
#endif
