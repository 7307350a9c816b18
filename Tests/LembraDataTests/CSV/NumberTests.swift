#if CSV
  import LembraData
  import LembraTensor
  import Testing

  @Suite("A number in a file")
  struct NumberTests {
    @Test(
      "may have a sign, a fraction and an exponent",
      arguments: [
        ("1", 1.0), ("-1.5", -1.5), ("+.5", 0.5), ("2.", 2), ("1e3", 1000), ("1.5E-3", 0.0015),
        ("-2e+2", -200), ("007", 7), ("1,234.5", 1234.5), ("1,234,567", 1_234_567),
      ])
    func written(text: String, value: Double) throws {
      #expect(try table("x;y\n\(text);0.5\n").numbers(inColumn: "x") == [value])
    }

    @Test(
      "is not what only looks like one",
      arguments: [
        "1.2.3", "1e", "e5", ".", "--1", "1 2", "0x10", "12,34.5", "1,2345", "1.5,2", "½",
      ]
    )
    func refused(text: String) throws {
      let table = try table("x;y\n\(text);0.5\n1;0.5\n")
      if text == "." {
        #expect(try table.numbers(inColumn: "x") == [nil, 1])
      } else {
        #expect(try lembraError { _ = try table.numbers(inColumn: "x") }.location.line == 2)
      }
    }

    @Test(
      "has a decimal comma where the numbers of the file say so",
      arguments: [
        ("1,5", 1.5), ("1.234,5", 1234.5), ("1.234", 1234), ("-0,25", -0.25), ("1,5e3", 1500),
        ("12.345.678,9", 12_345_678.9), ("3", 3),
      ])
    func decimalComma(text: String, value: Double) throws {
      for separator in [";", "\t", "|"] {
        let table = try table("x\(separator)y\n\(text)\(separator)2,5\n")
        #expect(try table.numbers(inColumn: "x") == [value])
        #expect(table.decimalMark == .comma)
        #expect(table.remarks == ["numbers are read with a decimal comma"])
      }
    }

    @Test("is read as told where the file does not decide")
    func chosenMark() throws {
      let text = "x;y\n1,234;5\n"
      #expect(try table(text).numbers(inColumn: "x") == [1.234])
      let point = CSVOptions(decimalMark: .point)
      #expect(try table(text, point).numbers(inColumn: "x") == [1234])
      #expect(try table("x,y\n\"1,234\",5\n").numbers(inColumn: "x") == [1234])
      #expect(try table("x,y\n\"1,5\",5\n").numbers(inColumn: "x") == [1.5])
      #expect(try table("x;y\n1.234;5\n").numbers(inColumn: "x") == [1.234])
    }

    @Test(
      "must be finite and fit a Float", arguments: ["inf", "-Infinity", "1e60", "-1e39", "1e999"])
    func huge(text: String) throws {
      let table = try table("x,y\n1,2\n\(text),3\n")
      let error = try lembraError { _ = try table.numbers(inColumn: "x") }
      #expect(error.location == .init(file: "data.csv", line: 3, column: "x"))
      #expect(error.code == .invalidData)
      #expect(try table.numbers(inColumn: "y") == [2, 3])
    }

    @Test("keeps every bit of a Double written in full")
    func bits() throws {
      var generator = SplitMix64(seed: 1)
      let values = (0..<200).map { power in
        let scale = Double(sign: .plus, exponent: power % 60, significand: 1)
        return scale * Double.random(in: -1...1, using: &generator)
      }
      let read = try table("x\n" + values.map { "\($0)\n" }.joined()).numbers(inColumn: "x")
      #expect(read == values)
    }
  }
#endif
