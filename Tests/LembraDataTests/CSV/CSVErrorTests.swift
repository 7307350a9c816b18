#if CSV
  import LembraData
  import LembraTensor
  import Testing

  @Suite("A CSV file that cannot be read")
  struct CSVErrorTests {
    struct Case: CustomTestStringConvertible, Sendable {
      var testDescription: String
      var text: String
      var line: Int?
      var message: String
      var remedy: String
    }

    static let cases = [
      Case(
        testDescription: "is empty", text: "", message: "the file is empty",
        remedy: "line of column names"),
      Case(
        testDescription: "holds nothing but blank lines", text: "\n \r\n\r",
        message: "the file is empty", remedy: "line of column names"),
      Case(
        testDescription: "has no rows", text: "\nx,y\n\n,\n", line: 2, message: "no rows",
        remedy: "at least one row"),
      Case(
        testDescription: "has no header", text: "1,2\n3,4\n", line: 1, message: "no column names",
        remedy: "without a header"),
      Case(
        testDescription: "has no header but dates", text: "\n2020-01-01;1,5\n", line: 2,
        message: "no column names", remedy: "add a line of names"),
      Case(
        testDescription: "repeats a name", text: "x,y,x\n1,2,3\n", line: 1,
        message: "columns 1 and 3 have the same name, 'x'", remedy: "a name of its own"),
      Case(
        testDescription: "has a short row", text: "x,y\n1,2\n\n3\n", line: 4,
        message: "1 field where the first has 2", remedy: "add the fields"),
      Case(
        testDescription: "has a long row", text: "x,y\n1,2\n3,4,5\n", line: 3,
        message: "3 fields where the first has 2", remedy: "separate the fields by semicolons"),
      Case(
        testDescription: "leaves a quotation mark open", text: "x,y\n1,2\n3,\"4\n5,6\n", line: 3,
        message: "never closed", remedy: "close the field"),
      Case(
        testDescription: "leaves one open after a field of two lines",
        text: "x,y\n\"1\n\",\"2\n3,4", line: 3, message: "never closed", remedy: "close the field"),
      Case(
        testDescription: "has text behind a quoted field", text: "x,y\n1,2\n\"3\"4,5\n", line: 3,
        message: "a quotation mark stands inside", remedy: "double those inside"),
      Case(
        testDescription: "has a quotation mark inside a field", text: "x,y\n5\",2\n", line: 2,
        message: "a quotation mark stands inside", remedy: "double those inside"),
    ]

    @Test("names the line and the remedy", arguments: cases)
    func named(example: Case) throws {
      let error = try lembraError { _ = try table(example.text) }
      #expect(error.code == .invalidData)
      #expect(error.location == .init(file: "data.csv", line: example.line))
      #expect(error.message.contains(example.message), "\(error)")
      #expect(error.remedy.contains(example.remedy), "\(error)")
    }

    @Test("names the line of bytes that are no UTF-8", arguments: [[0xE9], [0x00], [0xC3, 0x28]])
    func invalidText(bytes: [UInt8]) throws {
      let file = Array("x\r\n1\r\n".utf8) + bytes + Array("\r\n2\r\n".utf8)
      let error = try lembraError { _ = try Table(csv: file, file: "data.csv") }
      #expect(error.location == .init(file: "data.csv", line: 3))
      #expect(error.remedy.contains("UTF-8"))
    }

    @Test("says so when it is written in UTF-16")
    func utf16() throws {
      let error = try lembraError { _ = try Table(csv: [0xFF, 0xFE, 0x78, 0x00, 0x0A, 0x00]) }
      #expect(error.message.contains("UTF-16"))
    }

    @Test("is named when it does not exist or is a folder")
    func noFile() throws {
      let missing = try lembraError { _ = try Table(csvFile: "/no/such/file.csv") }
      #expect(missing.code == .notFound)
      #expect(missing.location.file == "/no/such/file.csv")
      let folder = try lembraError { _ = try Table(csvFile: "/") }
      #expect(folder.code == .fileSystem)
      #expect(folder.remedy == "name a file inside this folder")
    }

    /// Bytes of every kind must give a table or an error, and never a trap.
    @Test("never brings the program down", arguments: 0..<20)
    func anyBytes(seed: UInt64) throws {
      var generator = SplitMix64(seed: seed)
      let alphabet = Array("01.,;\t|-\"\"\n\r:/TZ e+xN \u{FEFF}é".utf8)
      for _ in 0..<200 {
        let bytes = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
          alphabet.randomElement(using: &generator) ?? 0
        }
        do throws(LembraError) {
          let table = try Table(csv: Array("date,b\n".utf8) + bytes)
          _ = table.index?.continued(by: 3)
          _ = try table.series(targets: table.numericColumnNames, missing: .interpolate)
        } catch {
          #expect(!error.message.isEmpty && !error.remedy.isEmpty)
        }
      }
    }
  }
#endif
