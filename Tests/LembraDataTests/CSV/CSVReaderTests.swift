#if CSV
  import LembraData
  import Testing

  @Suite("A CSV file")
  struct CSVReaderTests {
    static let separators = CSVOptions.Separator.allCases
    static let lineEnds = ["\n", "\r\n", "\r"]

    @Test(
      "reads the same with every separator, line end and quoting",
      arguments: separators, lineEnds)
    func dialects(separator: CSVOptions.Separator, lineEnd: String) throws {
      for quote in ["", "\""] {
        for ending in ["", lineEnd] {
          let rows = [["date", "x", "note"], ["2020-01", "1.5", "a"], ["2020-02", "", "b"]]
          let text = rows.map { row in
            row.map { quote + $0 + quote }.joined(separator: String(separator.rawValue))
          }.joined(separator: lineEnd)
          let table = try table(text + ending)
          #expect(try table.numbers(inColumn: "x") == [1.5, nil])
          #expect(table.columns.map(\.name) == ["x", "note"])
          #expect(table.index?.texts == ["2020-01", "2020-02"])
          #expect(table.lines == [2, 3])
        }
      }
    }

    @Test("counts lines over line breaks in quotation marks and blank lines", arguments: lineEnds)
    func linesOfRows(lineEnd: String) throws {
      let text = "a,b\n\n\"one\ntwo\nthree\",1\n2,2\n   \n\"x\"\"\n\"\"y\",3\n4,4\n\n\n"
      let table = try table(text.replacing("\n", with: lineEnd))
      #expect(table.lines == [3, 6, 8, 10])
      guard case .text(let cells) = table.columns[0].values else {
        Issue.record("column a holds text")
        return
      }
      #expect(cells[2] == "x\"\(lineEnd)\"y")
    }

    @Test("may begin with a byte order mark")
    func byteOrderMark() throws {
      #expect(try table("\u{FEFF}x,y\n1,2\n").columns.map(\.name) == ["x", "y"])
      #expect(try table("\u{FEFF}\"x\",y\n1,2\n").columns.map(\.name) == ["x", "y"])
    }

    @Test("may have blanks around its fields")
    func blanks() throws {
      let table = try table("  x , y\u{A0}\n 1 ,\t2 \n  \"3\" , 4\n")
      #expect(table.columns.map(\.name) == ["x", "y"])
      #expect(try table.numbers(inColumn: "x") == [1, 3])
      #expect(try table.numbers(inColumn: "y") == [2, 4])
    }

    @Test(
      "keeps missing values as missing",
      arguments: [
        "", " ", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "null", "NULL", "None", "-", "?", ".",
      ])
    func missing(text: String) throws {
      let table = try table("x,y\n1,\(text)\n\(text),2\n")
      #expect(try table.numbers(inColumn: "x") == [1, nil])
      #expect(try table.numbers(inColumn: "y") == [nil, 2])
    }

    @Test("may have texts of its own for missing values")
    func additionalMissingTexts() throws {
      let table = try table("x\n-999\n1\n", CSVOptions(additionalMissingTexts: ["-999"]))
      #expect(try table.numbers(inColumn: "x") == [nil, 1])
    }

    @Test("of one column has a missing value in a blank line, but not at its end")
    func oneColumn() throws {
      #expect(try table("x\n1\n\n3\n\n\n").numbers(inColumn: "x") == [1, nil, 3])
    }

    @Test("may end with rows of separators, or every line with one")
    func surplusSeparators() throws {
      #expect(try table("x,y\n1,2\n,\n,\n").rowCount == 1)
      let table = try table("x;y;\n1;2;\n3;4;\n")
      #expect(table.columns.map(\.name) == ["x", "y"])
    }

    @Test("keeps an empty last field that no line end follows")
    func emptyLastField() throws {
      #expect(try table("x,y\n1,2\n3,").numbers(inColumn: "y") == [2, nil])
    }

    @Test("names columns without a name by their place")
    func emptyNames() throws {
      #expect(try table("x,,z\n1,2,3\n").columns.map(\.name) == ["x", "column2", "z"])
    }

    @Test("can be read without a header")
    func withoutHeader() throws {
      let table = try table("1,2\n3,4\n", CSVOptions(hasHeader: false))
      #expect(table.columns.map(\.name) == ["column1", "column2"])
      #expect(table.lines == [1, 2])
      #expect(table.index == nil)
    }

    @Test("finds its separator behind quotation marks and decimal commas")
    func separatorDetection() throws {
      #expect(try table("\"a,b,c\";x\n1;2\n").columns.map(\.name) == ["a,b,c", "x"])
      #expect(try table("a;b\n1,5;2,5\n3,5;4,5\n").numbers(inColumn: "b") == [2.5, 4.5])
      #expect(try table("a|b, c\n1|2\n").columns.map(\.name) == ["a", "b, c"])
      #expect(try table("a\tb\n1\t\n").numbers(inColumn: "b") == [nil])
    }
  }
#endif
