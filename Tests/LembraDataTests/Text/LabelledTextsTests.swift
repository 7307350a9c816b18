import LembraData
import LembraTensor
import Testing

/// Labelled texts from the text of a file.
func labelledTexts(
  _ text: String, file: String = "data.tsv", _ options: LabelledTextOptions = LabelledTextOptions()
) throws -> LabelledTexts {
  try LabelledTexts(bytes: Array(text.utf8), file: file, options: options)
}

@Suite("Labelled texts")
struct LabelledTextsTests {
  @Test(
    "are the same from TSV and JSON lines, whatever ends a line", arguments: ["\n", "\r\n", "\r"])
  func formats(lineEnd: String) throws {
    let tsv = "label\ttext\n\npos\ta good film\nneg\ta bad one\n"
    let json =
      "{\"label\": \"pos\", \"text\": \"a good film\"}\n\n\n"
      + "{\"text\":\"a bad one\",\"label\":\"neg\"}"
    for (text, file, lines) in [(tsv, "data.tsv", [3, 4]), (json, "data.jsonl", [1, 4])] {
      let data = try labelledTexts(text.replacing("\n", with: lineEnd), file: file)
      #expect(data.texts == ["a good film", "a bad one"])
      #expect(data.labels == [["pos"], ["neg"]])
      #expect(data.lines == lines)
      #expect(data.textColumn == "text")
      #expect(data.labelColumn == "label")
      #expect(data.file == file)
    }
  }

  @Test("may begin with a byte order mark")
  func byteOrderMark() throws {
    #expect(try labelledTexts("\u{FEFF}text\tlabel\na\tb\n").texts == ["a"])
    #expect(
      try labelledTexts("\u{FEFF}{\"text\":\"a\",\"label\":\"b\"}", file: "x.jsonl").texts == ["a"])
  }

  @Test("of TSV keep quotation marks and blanks of the text as they are")
  func rawFields() throws {
    let data = try labelledTexts("text\tlabel\n \"a\" said \"\"b\t pos \n\"\tneg\n")
    #expect(data.texts == [" \"a\" said \"\"b", "\""])
    #expect(data.labels == [["pos"], ["neg"]])
  }

  #if CSV
    @Test("of CSV may be quoted and hold line breaks and separators")
    func csv() throws {
      let text = "label,review\npos,\"good, \"\"very\"\" good\nindeed\"\nneg,bad\n"
      let data = try labelledTexts(text, file: "data.csv")
      #expect(data.texts == ["good, \"very\" good\nindeed", "bad"])
      #expect(data.lines == [2, 4])
      #expect(data.textColumn == "review")
      #expect(
        try labelledTexts(text.replacing(",", with: ";"), file: "data.csv").labels
          == [["pos"], ["neg"]])
    }
  #endif

  @Test(
    "have their format recognised by the name, else by the first line",
    arguments: [
      ("text\tlabel\na\tb\n", "data.txt"), ("\n{\"text\":\"a\",\"label\":\"b\"}\n", "data"),
      ("{\"text\":\"a\",\"label\":\"b\"}\n", "data.ndjson"), ("text\tlabel\na\tb\n", "DATA.TSV"),
    ])
  func detection(text: String, file: String) throws {
    #expect(try labelledTexts(text, file: file).labels == [["b"]])
  }

  #if CSV
    @Test("are CSV when the first line names columns between commas")
    func csvDetection() throws {
      #expect(try labelledTexts("\"Id\", \"Label\" ,text\n1,b,a\n", file: "x").texts == ["a"])
    }
  #endif

  @Test("may be a text a line when labels are not required")
  func plainLines() throws {
    let options = LabelledTextOptions(requiresLabels: false)
    let data = try labelledTexts("well, well, well\n\nthe end\n", file: "some.txt", options)
    #expect(data.texts == ["well, well, well", "the end"])
    #expect(data.labels == [[], []])
    #expect(data.lines == [1, 3])
    #expect(data.labelColumn == nil)
    #expect(try labelledTexts("text\nwell\n", options).texts == ["well"])
  }

  @Test("may have several labels each")
  func severalLabels() throws {
    let options = LabelledTextOptions(labelSeparator: "|")
    #expect(
      try labelledTexts("text\tlabels\na\tx| y |x\nb\tz\n", options).labels == [["x", "y"], ["z"]])
    let json = """
      {"text": "a", "labels": ["x", 2, true, "x"]}
      {"text": "b", "labels": 1.50}
      {"text": "c", "labels": false}
      {"text": "d", "labels": ["u|v"]}
      """
    let data = try labelledTexts(json, file: "data.jsonl")
    #expect(data.labels == [["x", "2", "true"], ["1.50"], ["false"], ["u|v"]])
    #expect(try labelledTexts(json, file: "data.jsonl", options).labels.last == ["u", "v"])
  }

  @Test("may lack labels where these are not required")
  func missingLabels() throws {
    let options = LabelledTextOptions(requiresLabels: false)
    #expect(try labelledTexts("text\tlabel\na\t\nb\tx\n", options).labels == [[], ["x"]])
    let json = "{\"text\":\"a\"}\n{\"text\":\"b\",\"label\":null}\n{\"text\":\"c\",\"label\":[]}\n"
    #expect(try labelledTexts(json, file: "data.jsonl", options).labels == [[], [], []])
    #expect(try labelledTexts("id\ttext\n1\ta\n2\tb\n", options).labelColumn == nil)
  }

  @Test("may leave out rows without text")
  func emptyTexts() throws {
    let options = LabelledTextOptions(skipsEmptyTexts: true)
    let data = try labelledTexts("text\tlabel\na\tx\n \tx\n\u{A0}\ty\nb\ty\n", options)
    #expect(data.texts == ["a", "b"])
    #expect(data.lines == [2, 5])
    #expect(data.remarks == ["2 rows without text left out"])
    let json =
      "{\"text\":\"\",\"label\":1}\n{\"text\":null,\"label\":1}\n{\"text\":\"a\",\"label\":1}"
    #expect(try labelledTexts(json, file: "data.jsonl", options).lines == [3])
  }

  @Test("understand every escape of JSON")
  func escapes() throws {
    let json =
      #"{"x": [{}, [], {"y": -0.5e-3}], "text": "\"\\\/\b\f\n\r\t\u00e9\uD83d\uDe00é", "#
      + #""label": "\u0061" } "#
    let data = try labelledTexts(json, file: "data.jsonl")
    #expect(data.texts == ["\"\\/\u{8}\u{C}\n\r\té😀é"])
    #expect(data.labels == [["a"]])
  }
}

@Suite("The columns of labelled texts")
struct LabelledTextColumnTests {
  @Test("are found by their usual names, the likeliest first")
  func usualNames() throws {
    let data = try labelledTexts("Title\tStars\tReview\tClass\na\t1\tb\tc\n")
    #expect(data.textColumn == "Review")
    #expect(data.labelColumn == "Class")
    #expect(data.texts == ["b"])
  }

  @Test("may be given by name or by number")
  func given() throws {
    let text = "id\ttext\tother\tlabel\n1\ta\tb\tc\n"
    func read(_ textColumn: String?, _ labelColumn: String?) throws -> [String] {
      let options = LabelledTextOptions(textColumn: textColumn, labelColumn: labelColumn)
      let data = try labelledTexts(text, options)
      return data.texts + data.labels[0]
    }
    #expect(try read(nil, nil) == ["a", "c"])
    #expect(try read("other", "1") == ["b", "1"])
    #expect(try read("3", nil) == ["b", "c"])
    #expect(try read(nil, "id") == ["a", "1"])
    let options = LabelledTextOptions(textColumn: "1", labelColumn: "2", hasHeader: false)
    #expect(try labelledTexts("1\t2\n3\t2\n", options).texts == ["1", "3"])
    // A name comes before a number.
    let named = LabelledTextOptions(textColumn: "1", labelColumn: "2", hasHeader: true)
    #expect(try labelledTexts("2\t1\nx\ty\n", named).texts == ["y"])
  }

  @Test("are found among two by how many values they have", arguments: [false, true])
  func fewValues(isReversed: Bool) throws {
    let rows = [("pos", "one film"), ("neg", "another"), ("pos", "a third"), ("neg", "the last")]
    let text = rows.map { isReversed ? "\($1)\t\($0)" : "\($0)\t\($1)" }.joined(separator: "\n")
    let data = try labelledTexts(text)
    #expect(data.texts == rows.map(\.1))
    #expect(data.labels == rows.map { [$0.0] })
    #expect(data.textColumn == (isReversed ? "column1" : "column2"))
    #expect(data.remarks.isEmpty)
    let headed = try labelledTexts((isReversed ? "what\twhich\n" : "which\twhat\n") + text)
    #expect(headed.texts == rows.map(\.1))
    #expect(headed.labelColumn == "which")
    #expect(headed.remarks == ["the first line is taken for the names of the columns"])
  }

  @Test("are not taken for named when a usual name is a value that comes again")
  func labelsLikeNames() throws {
    let data = try labelledTexts("question\twhy so\ncomment\tnice\nquestion\thow\ncomment\twell\n")
    #expect(data.count == 4)
    #expect(data.labels.map(\.[0]) == ["question", "comment", "question", "comment"])
  }

  @Test("are the other one when one of two is known")
  func other() throws {
    #expect(try labelledTexts("text\tmood\na\tx\nb\ty\n").labelColumn == "mood")
    #expect(try labelledTexts("mood\tlabel\na\tx\nb\ty\n").textColumn == "mood")
    let options = LabelledTextOptions(labelColumn: "1", hasHeader: false)
    #expect(try labelledTexts("a\tx\nb\ty\n", options).texts == ["x", "y"])
  }
}
