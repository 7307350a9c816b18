import LembraData
import LembraTensor
import Testing

@Suite("Missing values")
struct MissingValueTests {
  let table = Table(
    columns: [
      Column(name: "x", values: .numbers([nil, 1, nil, nil, 4, 5, nil])),
      Column(name: "y", values: .numbers([10, 20, 30, nil, 50, 60, 70])),
    ], file: "data.csv", lines: Array(2...8))

  @Test("are an error that counts them, names the first and offers the choices")
  func error() throws {
    let error = try lembraError { _ = try table.series(targets: ["y"], features: ["x"]) }
    #expect(error.location == .init(file: "data.csv", line: 2, column: "x"))
    #expect(error.message == "5 values are missing: 1 in y, 4 in x; this is the first")
    #expect(error.remedy.hasSuffix("drop, forward-fill, interpolate"))
  }

  @Test("in columns that are not asked for do not matter")
  func otherColumns() throws {
    let complete = Table(
      columns: table.columns + [Column(name: "z", values: .numbers((0..<7).map(Double.init)))])
    let series = try complete.series(targets: ["z"])
    #expect(series.rowCount == 7)
    #expect(series.missingValues.missingCount == 0)
  }

  @Test("go with their rows, and the broken step is told")
  func drop() throws {
    let series = try table.series(targets: ["x"], features: ["y"], missing: .drop)
    #expect(series.values == [1, 20, 4, 50, 5, 60])
    #expect(series.lines == [3, 6, 7])
    #expect(series.gaps.isEmpty)
    #expect(series.missingValues.droppedRowCount == 4)
    #expect(series.missingValues.breaksStep)
    #expect(series.missingValues.columns.map(\.missing) == [4, 1])
    #expect(series.missingValues.columns.map(\.filled) == [0, 0])
    let ends = Table(columns: [Column(name: "x", values: .numbers([nil, 1, 2, nil]))])
    #expect(try !ends.series(targets: ["x"], missing: .drop).missingValues.breaksStep)
  }

  @Test("repeat the last value, from the first row that has one")
  func forwardFill() throws {
    let series = try table.series(targets: ["x", "y"], missing: .forwardFill)
    #expect(series.column(0) == [1, 1, 1, 4, 5, 5])
    #expect(series.column(1) == [20, 30, 30, 50, 60, 70])
    #expect(series.lines == Array(3...8))
    #expect(series.gaps.map(\.rows) == [1..<3, 5..<6, 2..<3])
    #expect(series.missingValues.columns.map(\.filled) == [3, 1])
    #expect(series.missingValues.droppedRowCount == 1)
    #expect(!series.missingValues.breaksStep)
    #expect(
      series.missingValues.description
        == "5 values missing (4 in x, 1 in y), 4 of them filled (forward-fill), 1 row left out")
  }

  @Test("lie on a line between their neighbours, and repeat the last value at the end")
  func interpolate() throws {
    let series = try table.series(targets: ["x", "y"], missing: .interpolate)
    #expect(series.column(0) == [1, 2, 3, 4, 5, 5])
    #expect(series.column(1) == [20, 30, 40, 50, 60, 70])
  }

  @Test("are never filled across the border of a part from the later part")
  func border() throws {
    let gapped = Table(
      columns: [Column(name: "x", values: .numbers([0, 1, nil, nil, nil, 5, 6, 7]))])
    let filled = try gapped.series(targets: ["x"], missing: .interpolate)
    #expect(filled.values == [0, 1, 2, 3, 4, 5, 6, 7])
    for border in 3...5 {
      let (series, split) = try filled.split(test: .rows(8 - border), window: 1, horizon: 1)
      #expect(split.test.lowerBound == border)
      #expect(series.values[..<border] == [0, 1, 1, 1, 1][..<border])
      #expect(series.values[border...] == filled.values[border...])
    }
    // A gap that begins with the test part is the test part's own.
    #expect(
      try filled.split(test: .rows(6), window: 1, horizon: 1).series.values == filled.values)
  }

  @Test("in every row leave nothing", arguments: MissingValuePolicy.allCases)
  func nothingLeft(policy: MissingValuePolicy) throws {
    let empty = Table(columns: [
      Column(name: "x", values: .numbers([1, nil])), Column(name: "y", values: .numbers([nil, 2])),
      Column(name: "z", values: .numbers([nil, nil])),
    ])
    let column = try lembraError { _ = try empty.series(targets: ["z"], missing: policy) }
    #expect(column.location.column == "z")
    if policy == .drop {
      #expect(throws: LembraError.self) {
        try empty.series(targets: ["x", "y"], missing: policy)
      }
    }
  }

  #if CSV
    @Test("dropped from the middle make the index irregular")
    func droppedIndex() throws {
      let table = try Table(csv: Array("date,x\n2020-01,1\n2020-02,\n2020-03,3\n2020-04,4\n".utf8))
      let series = try table.series(targets: ["x"], missing: .drop)
      #expect(series.index?.texts == ["2020-01", "2020-03", "2020-04"])
      #expect(series.index?.spacing.isRegular == false)
      let filled = try table.series(targets: ["x"], missing: .interpolate)
      #expect(filled.index?.spacing.isRegular == true)
    }
  #endif
}
